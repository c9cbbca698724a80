import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolCall } from "../../model/tool.ts";
import { present } from "../failure/present.ts";
import { conversationOf, instructedConversation, partsOf } from "../translation/conversation.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { failureSaid, textSaidToFail } from "../translation/failed-result.ts";
import { flatContent } from "./message-content.ts";
import type { FlatContent } from "./message-content.ts";
import { mergedTurns } from "./merged-turns.ts";
import { encodeCall } from "./tool-calls.ts";

/** The turns of a conversation for a server, what had to be changed in them, and what has no place at all. */
export interface EncodedMessages {
  readonly messages: readonly JsonObject[];
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
}

export function encodeMessages(request: InferenceRequest): EncodedMessages {
  const { instructions, turns, changes } = instructedConversation(request);
  const begin = conversationOf(request).length - turns.length;
  const account = new EncodingAccount();
  account.report(...changes);
  const writer = new MessageWriter(account);
  const head: Message = { role: "system", content: instructions };
  const system = instructions.length === 0 ? [] : [writer.write(head, "messages[0]")];
  const rest = turns.map((turn, index) => writer.write(turn, `messages[${begin + index}]`));
  const { refusal } = writer;
  return { messages: mergedTurns([...system, ...rest]), changes: account.changes, ...(refusal && { refusal }) };
}

class MessageWriter {
  /** The first part that has no place. */
  refusal: Failure | undefined;
  readonly #account: EncodingAccount;
  /** By the id of the call. */
  readonly #toolNames = new Map<string, string>();

  constructor(account: EncodingAccount) {
    this.#account = account;
  }

  write(message: Message, path: string): JsonObject {
    const { role, toolCalls = [], reasoning, extra } = message;
    this.#tellLosses(message, path);
    const { text, media } = this.#content(message, path);
    const calls = toolCalls.map((call, index) => this.#call(call, `${path}.tool_calls[${index}]`));
    return {
      role,
      content: text,
      ...(media.length > 0 && { images: media }),
      ...(reasoning !== undefined && reasoning !== "" && { thinking: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(role === "tool" && this.#answered(message)),
      ...extra,
    };
  }

  #content(message: Message, path: string): FlatContent {
    const flat = flatContent(partsOf(message), `${path}.content`);
    if ("kind" in flat) {
      this.refusal ??= flat;
      return { text: "", media: [], mixed: false };
    }
    if (flat.mixed)
      this.#account.replace(`${path}.content`, "images first", "the server takes one text, and images before it");
    const text = [flat.text, message.refusal ?? ""].filter((piece) => piece !== "").join("\n");
    return { ...flat, text: message.isError === true ? this.#failed(text, path) : text };
  }

  #failed(text: string, path: string): string {
    const said = textSaidToFail(text);
    if (said !== text) this.#account.report(failureSaid(path));
    return said;
  }

  #call(call: ToolCall, path: string): JsonObject {
    this.#toolNames.set(call.id, call.name);
    const written = encodeCall(call);
    if (written !== undefined) return { ...written, ...call.extra };
    // What the model wrote is what the result behind it is about.
    this.#account.replace(`${path}.function.arguments`, "an object around the text", "the server takes objects only");
    return { id: call.id, function: { name: call.name, arguments: { arguments: call.arguments } } };
  }

  #answered({ toolCallId = "", name }: Message): JsonObject {
    const toolName = this.#toolNames.get(toolCallId) ?? name;
    return { ...present({ tool_name: toolName }), ...(toolCallId !== "" && { tool_call_id: toolCallId }) };
  }

  #tellLosses({ role, name, content, cacheControl, reasoningDetails }: Message, path: string): void {
    if (name !== undefined && role !== "tool")
      this.#account.dropOnce(`${path}.name`, "the server knows no names of speakers");
    const parts = typeof content === "string" || content === null ? [] : content;
    if (cacheControl !== undefined || parts.some((part) => "cacheControl" in part && part.cacheControl !== undefined)) {
      this.#account.dropOnce("cache_control", "the server caches by itself");
    }
    if (reasoningDetails !== undefined) this.#account.dropOnce("reasoning_details", "they are another model's");
  }
}
