import type { ContentPart, Message, ReasoningDetail } from "../../model/message.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";
import { present } from "../failure/present.ts";
import { isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { plainContent } from "../translation/conversation.ts";
import type { CallIds } from "./call-ids.ts";
import { decodeMedia } from "./media.ts";
import { callExtra, detailsOf, readSignature } from "./signatures.ts";
import { camelObject } from "./spelling.ts";
import type { WirePart } from "./types.ts";

/** One assistant message that grows: reasoning, then content, then calls. */
interface GrowingMessage {
  reasoning: string | undefined;
  readonly details: ReasoningDetail[];
  readonly content: ContentPart[];
  readonly calls: ToolCall[];
}

/** Reads a turn of the model. Where its parts stand in another order than a message has, it becomes several. */
export function decodeModelTurn(
  parts: readonly WirePart[],
  ids: CallIds,
  extra: Pick<Message, "extra">,
): readonly Message[] {
  const messages: GrowingMessage[] = [];
  for (const part of parts) addPart(messages, part, ids);
  return messages.filter(saysSomething).map((message) => ({ ...finished(message), ...extra }));
}

function addPart(messages: GrowingMessage[], part: WirePart, ids: CallIds): void {
  const { text, thought, thoughtSignature, functionCall, ...rest } = part;
  const call = camelObject(functionCall);
  if (call !== undefined) return addCall(messages, call, part, ids);
  if (thought === true && typeof text === "string") {
    const message = open(messages, ({ content, calls }) => content.length === 0 && calls.length === 0);
    if (text !== "") message.reasoning = (message.reasoning ?? "") + text;
    message.details.push(...detailsOf(readSignature(thoughtSignature)));
    return;
  }
  if (typeof text === "string") return addText(messages, text, thoughtSignature, rest);
  const { inlineData: _inline, fileData: _file, ...others } = rest;
  const media = decodeMedia(part, { ...others, ...(thought === true && { thought }) });
  const message = open(messages, ({ calls }) => calls.length === 0);
  message.content.push(media ?? { type: "opaque", raw: part });
  if (media !== undefined) message.details.push(...detailsOf(readSignature(thoughtSignature)));
}

/** Streams give a text in pieces, and often its signature on an empty one behind it. */
function addText(
  messages: GrowingMessage[],
  text: string,
  signature: WirePart["thoughtSignature"],
  rest: JsonObject,
): void {
  const details = detailsOf(readSignature(signature));
  if (text === "") {
    if (details.length > 0) open(messages, () => true).details.push(...details);
    return;
  }
  const { content, details: known } = open(messages, ({ calls }) => calls.length === 0);
  const last = content.at(-1);
  const extra = Object.keys(rest).length === 0 ? {} : { extra: rest };
  if (last?.type === "text" && last.extra === undefined && !("extra" in extra)) {
    content[content.length - 1] = { type: "text", text: last.text + text };
  } else {
    content.push({ type: "text", text, ...extra });
  }
  known.push(...details);
}

function addCall(messages: GrowingMessage[], call: JsonObject, part: WirePart, ids: CallIds): void {
  const { functionCall: _call, thoughtSignature, thought: _thought, ...beside } = part;
  const { id, name, args, ...more } = call;
  const message = open(messages, () => true);
  const signature = readSignature(thoughtSignature);
  if (signature.kind === "wrapped") message.details.push(...signature.details);
  const called = stringOf(name) ?? "";
  const input = argumentsOf(args);
  const extra = {
    ...beside,
    ...(Object.keys(more).length > 0 && { functionCall: more }),
    ...(signature.kind === "own" && callExtra(signature.signature)),
  };
  message.calls.push({
    id: ids.called(called, stringOf(id)),
    type: "function",
    name: called,
    arguments: JSON.stringify(input),
    input,
    ...(Object.keys(extra).length > 0 && { extra }),
  });
}

function argumentsOf(args: JsonField): JsonObject {
  return isObject(args) ? args : {};
}

/** The last message where it can still take this, else a new one. */
function open(messages: GrowingMessage[], fits: (message: GrowingMessage) => boolean): GrowingMessage {
  const last = messages.at(-1);
  if (last !== undefined && fits(last)) return last;
  const begun: GrowingMessage = { reasoning: undefined, details: [], content: [], calls: [] };
  messages.push(begun);
  return begun;
}

function saysSomething({ reasoning, details, content, calls }: GrowingMessage): boolean {
  return reasoning !== undefined || details.length > 0 || content.length > 0 || calls.length > 0;
}

function finished({ reasoning, details, content, calls }: GrowingMessage): Message {
  return {
    role: "assistant",
    content: content.length === 0 ? null : plainContent(content),
    ...present({
      reasoning,
      reasoningDetails: details.length > 0 ? details : undefined,
      toolCalls: calls.length > 0 ? calls : undefined,
    }),
  };
}
