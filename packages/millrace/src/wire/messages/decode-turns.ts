import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { plainContent } from "../translation/conversation.ts";
import { AssistantTurn } from "./assistant-turn.ts";
import { decodeBlock } from "./decode-blocks.ts";
import { isReasoningBlock } from "./reasoning-blocks.ts";
import type { Block } from "./types.ts";

/** Reads a turn: as several messages where it holds tool results, or says things in an order that one cannot tell. */
export function decodeTurn(turn: JsonObject): readonly Message[] {
  const { role, content, ...extra } = turn;
  const messages = DECODERS[stringOf(role) ?? ""]?.(content) ?? [];
  const [first, ...others] = messages;
  if (first === undefined || Object.keys(extra).length === 0) return messages;
  return [{ ...first, extra: { ...first.extra, ...extra } }, ...others];
}

const DECODERS: Readonly<Record<string, (content: JsonField) => readonly Message[]>> = {
  system: (content) => [{ role: "system", content: decodeContent(content) }],
  user: (content) =>
    isArray(content) ? decodeUser(blocksIn(content)) : [{ role: "user", content: decodeContent(content) }],
  assistant: (content) =>
    isArray(content) ? decodeAssistant(blocksIn(content)) : [{ role: "assistant", content: decodeContent(content) }],
};

/** Content as text, or as parts where a text could not hold all of it. */
export function decodeContent(content: JsonField): string | readonly ContentPart[] {
  if (!isArray(content)) return stringOf(content) ?? "";
  return plainContent(blocksIn(content).map(decodeBlock));
}

/** Each tool result is a message; what stands between them is the user's. */
function decodeUser(blocks: readonly Block[]): readonly Message[] {
  const messages: Message[] = [];
  let said: ContentPart[] = [];
  const speak = (): void => {
    if (said.length > 0) messages.push({ role: "user", content: plainContent(said) });
    said = [];
  };
  for (const block of blocks) {
    if (block["type"] !== "tool_result") {
      said.push(decodeBlock(block));
      continue;
    }
    speak();
    messages.push(decodeResult(block));
  }
  speak();
  return messages.length === 0 ? [{ role: "user", content: "" }] : messages;
}

function decodeResult(block: Block): Message {
  const fields = new FieldReader(block);
  fields.any("type");
  const content = decodeContent(fields.any("content"));
  const read = present({
    toolCallId: fields.string("tool_use_id"),
    isError: fields.boolean("is_error"),
    cacheControl: fields.object("cache_control"),
    extra: fields.rest(),
  });
  return { role: "tool", content, ...read };
}

/** Reasoning, then text, then calls: whatever comes back to an earlier one of these begins another message. */
function decodeAssistant(blocks: readonly Block[]): readonly Message[] {
  const turn = new AssistantTurn();
  for (const block of blocks) {
    if (isReasoningBlock(block)) turn.addReasoning(block);
    else if (block["type"] === "tool_use") turn.addCall(decodeCall(block), block["cache_control"]);
    else turn.addPart(decodeBlock(block));
  }
  return turn.messages(plainContent);
}

function decodeCall(block: Block): ToolCall {
  const { type: _type, id, name, input, cache_control: _mark, ...extra } = block;
  const ended = {
    id: stringOf(id) ?? "",
    type: "function",
    name: stringOf(name) ?? "",
    arguments: textOf(input),
  } as const;
  return finishCall({ ...ended, ...(Object.keys(extra).length > 0 && { extra }) }, false).call;
}

function textOf(input: JsonField): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? {});
}

function blocksIn(content: readonly JsonValue[]): readonly Block[] {
  return content.filter(isObject);
}
