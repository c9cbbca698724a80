import type { ContentPart, Message, Role } from "../../model/message.ts";
import { otherFields } from "../assembly/field-set.ts";
import { present } from "../failure/present.ts";
import { arrayOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { CallPairing, callsOf } from "./call-pairing.ts";
import { decodeMedia } from "./media.ts";
import { decodeCall } from "./tool-calls.ts";
import type { WireMessage } from "./types.ts";

/** Reads the turns of a conversation. */
export function decodeMessages(messages: JsonField): readonly Message[] {
  const turns: readonly WireMessage[] = objectsOf(messages);
  const pairing = new CallPairing(turns);
  return turns.map((turn, index) => {
    // Servers do not mind the case.
    const role = (stringOf(turn.role) ?? "").toLowerCase();
    const decode = Object.hasOwn(DECODERS, role) ? DECODERS[role] : undefined;
    return (decode ?? decodeOther)({ turn, index, pairing, role });
  });
}

interface Turn {
  readonly turn: WireMessage;
  readonly index: number;
  readonly pairing: CallPairing;
  readonly role: string;
}

const DECODERS: Readonly<Record<string, (turn: Turn) => Message>> = {
  assistant: ({ turn, index, pairing }) => {
    const ids = pairing.called(turn, index);
    const calls = callsOf(turn).map((call, position) => decodeCall(call, ids[position] ?? ""));
    const thinking = stringOf(turn.thinking) ?? "";
    return {
      role: "assistant",
      content: decodeContent(turn) || (calls.length > 0 ? null : ""),
      ...(thinking !== "" && { reasoning: thinking }),
      ...(calls.length > 0 && { toolCalls: calls }),
      ...extraOf(turn, ["role", "content", "images", "thinking", "tool_calls"]),
    };
  },
  tool: ({ turn, index, pairing }) => {
    const { id, name } = pairing.answered(turn, index);
    const known = ["role", "content", "images", "tool_call_id"];
    // The call says what it calls.
    if (name === turn.tool_name) known.push("tool_name");
    return { role: "tool", content: decodeContent(turn), toolCallId: id, ...extraOf(turn, known) };
  },
};

function decodeOther({ turn, pairing, role }: Turn): Message {
  if (role === "user") pairing.otherTurn();
  // A role that has no name in the model is for the target to judge.
  return { role: role as Role, content: decodeContent(turn), ...extraOf(turn, ["role", "content", "images"]) };
}

/** Pictures stand before the text. */
function decodeContent({ content, images }: WireMessage): string | readonly ContentPart[] {
  return contentWith(stringOf(content) ?? "", images);
}

/** A text with what it is about. */
export function contentWith(text: string, images: JsonField): string | readonly ContentPart[] {
  const media = arrayOf(images).flatMap((image) => (typeof image === "string" ? [decodeMedia(image)] : []));
  if (media.length === 0) return text;
  return text === "" ? media : [...media, { type: "text", text }];
}

function extraOf(turn: WireMessage, known: readonly string[]): Pick<Message, "extra"> {
  return present({ extra: otherFields(withoutNulls(turn), new Set(known)) });
}

/** Clients leave a field out with `null` too. */
function withoutNulls(turn: WireMessage): WireMessage {
  return Object.fromEntries(Object.entries(turn).filter(([, value]) => value !== null));
}
