import type { Failure } from "../../model/failure.ts";
import type { ContentPart, Message, OpaquePart, Role } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { otherFields } from "../assembly/field-set.ts";
import { finishCall } from "../assembly/finish-call.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isArray, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { partsOf } from "../translation/conversation.ts";
import { decodeContent } from "./content-parts.ts";
import { inputItems, itemType } from "./input-list.ts";
import { decodeReasoningItem, PART_BREAK } from "./reasoning-items.ts";
import type { ToolNames } from "./tool-names.ts";
import type { Item } from "./types.ts";

/** Reads the input of a request as turns, or says which item stands for what only its own server knows. */
export function decodeItems(input: JsonField, names: ToolNames): readonly Message[] | Failure {
  const messages: Message[] = [];
  for (const [index, item] of inputItems(input).entries()) {
    const type = itemType(item);
    const held = HELD_ELSEWHERE[type];
    if (held !== undefined) return failureOf("unsupported", held, { param: `input[${index}]` });
    const message = (DECODERS[type] ?? decodeOpaque)(item, names);
    if (message === undefined) continue;
    const last = messages.at(-1);
    if (last !== undefined && continues(last, message)) messages[messages.length - 1] = merged(last, message);
    else messages.push(message);
  }
  return messages;
}

/** Items whose content is not in the request: without it the answer would be to another question. */
const HELD_ELSEWHERE: Readonly<Record<string, string>> = {
  item_reference:
    "This input item refers to one that is kept elsewhere; send the item itself, or a stored response's id",
  compaction: "This input item is a compacted conversation, which only the server that made it can read",
};

type Decoder = (item: Item, names: ToolNames) => Message | undefined;

const DECODERS: Readonly<Record<string, Decoder>> = {
  message: decodeMessage,
  reasoning: decodeReasoningItem,
  function_call: (item, names) => {
    const name = names.flat(stringOf(item["namespace"]), stringOf(item["name"]) ?? "");
    return callMessage(item, FUNCTION_FIELDS, { type: "function", name, arguments: argumentsOf(item["arguments"]) });
  },
  custom_tool_call: (item, names) => {
    const name = names.flat(stringOf(item["namespace"]), stringOf(item["name"]) ?? "");
    return callMessage(item, CUSTOM_FIELDS, { type: "custom", name, arguments: argumentsOf(item["input"]) });
  },
  function_call_output: decodeOutput,
  custom_tool_call_output: decodeOutput,
  // The tools in it are read with all others.
  additional_tools: () => undefined,
};

/** Where the whole conversation is in the request, ids of messages and results name nothing. */
const MESSAGE_FIELDS: ReadonlySet<string> = new Set(["type", "role", "content", "id", "status"]);
const FUNCTION_FIELDS: ReadonlySet<string> = new Set(["type", "call_id", "name", "namespace", "arguments"]);
const CUSTOM_FIELDS: ReadonlySet<string> = new Set(["type", "call_id", "name", "namespace", "input"]);
const OUTPUT_FIELDS: ReadonlySet<string> = new Set(["type", "call_id", "output", "id", "status"]);

function decodeMessage(item: Item): Message {
  const content = decodeContent(item["content"]);
  const extra = otherFields(item, MESSAGE_FIELDS);
  // A role that has no name in the model is for the target to judge.
  const role = (stringOf(item["role"]) ?? "user") as Role;
  const [only, ...others] = typeof content === "string" ? [] : content;
  if (role === "assistant" && only?.type === "refusal" && others.length === 0) {
    return { role, content: null, refusal: only.refusal, ...present({ extra }) };
  }
  return { role, content, ...present({ extra }) };
}

function callMessage(
  item: Item,
  known: ReadonlySet<string>,
  call: Pick<ToolCall, "type" | "name" | "arguments">,
): Message {
  const extra = otherFields(item, known);
  const ended = { id: stringOf(item["call_id"]) ?? stringOf(item["id"]) ?? "", ...call, ...present({ extra }) };
  return { role: "assistant", content: null, toolCalls: [finishCall(ended, false).call] };
}

function decodeOutput(item: Item): Message {
  const { output } = item;
  const isText = output === undefined || output === null || typeof output === "string" || isArray(output);
  return {
    role: "tool",
    toolCallId: stringOf(item["call_id"]) ?? "",
    content: isText ? decodeContent(output) : JSON.stringify(output),
    ...present({ extra: otherFields(item, OUTPUT_FIELDS) }),
  };
}

/** An item of a kind that has no name here, such as a search that the server made, stays where it stood. */
function decodeOpaque(item: Item): Message {
  return { role: "assistant", content: [{ type: "opaque", raw: item }] };
}

function argumentsOf(value: JsonField): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** Whether a message goes on with the turn before it: a turn's reasoning comes first, then its text, then its calls. */
function continues(last: Message, next: Message): boolean {
  if (last.role !== "assistant" || next.role !== "assistant") return false;
  if (next.toolCalls) return true;
  if (last.toolCalls !== undefined || last.refusal !== undefined) return false;
  if (holdsItemsOnly(next)) return true;
  return last.content === null || (holdsItemsOnly(last) && next.content !== null);
}

function merged(last: Message, next: Message): Message {
  const calls = [...(last.toolCalls ?? []), ...(next.toolCalls ?? [])];
  const details = [...(last.reasoningDetails ?? []), ...(next.reasoningDetails ?? [])];
  const reasoning = [last.reasoning, next.reasoning].filter((text) => text !== undefined);
  return {
    ...last,
    ...next,
    content: joinedContent(last.content, next.content),
    ...(reasoning.length > 0 && { reasoning: reasoning.join(PART_BREAK) }),
    ...(details.length > 0 && { reasoningDetails: details }),
    ...(calls.length > 0 && { toolCalls: calls }),
  };
}

function joinedContent(last: Message["content"], next: Message["content"]): Message["content"] {
  if (last === null || next === null) return last ?? next;
  return [...partsOf({ role: "assistant", content: last }), ...partsOf({ role: "assistant", content: next })];
}

function holdsItemsOnly({ content }: Message): boolean {
  return typeof content === "object" && content !== null && content.length > 0 && content.every(isItem);
}

/** Whether a part of an assistant's turn stands for an item of its own. */
export function isItem(part: ContentPart): part is OpaquePart {
  return part.type === "opaque" && !PART_TYPE.test(stringOf(part.raw["type"]) ?? "");
}

/** Parts of a message are named so, items never. */
const PART_TYPE = /^(?:input|output)_|text$|^(?:refusal|image|audio|file)$/u;
