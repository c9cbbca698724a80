import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type JsonField, arrayOf, isObject, stringOf } from "../../wire/json/read.ts";
import { bytesHash } from "./text-hash.ts";

/**
 * As much of a text as counts, in bytes of UTF-8. In JSON it may take twice as many, and the outline of a large body
 * (wire/json/outline.ts) keeps more than that: a conversation keeps its key when it has grown too long to be read whole.
 */
const HASHED_BYTES = 1016;

const SCRATCH = new Uint8Array(HASHED_BYTES);
const UTF8 = new TextEncoder();

/**
 * What is the same in every request of a conversation, where the client does not name it: what the system says and what
 * the user said first. Nothing where there is neither.
 */
export function conversationKey(outline: JsonObject): string | undefined {
  let system: JsonField = outline["system"] ?? outline["instructions"] ?? partsOf(outline["systemInstruction"]);
  let first: JsonField = outline["prompt"] ?? textOnly(outline["input"]);
  for (const turn of turnsOf(outline)) {
    if (!isObject(turn)) continue;
    const { role, content = turn["parts"] } = turn;
    if (role === "user") {
      first = content;
      break;
    }
    if (role === "system" || role === "developer") system ??= content;
  }
  const ofSystem = hashOf(system, 0);
  const ofBoth = hashOf(first, ofSystem);
  return ofBoth === 0 ? undefined : ofBoth.toString(36);
}

/** Each dialect calls them something else. */
function turnsOf({ messages, input, contents }: JsonObject): readonly JsonValue[] {
  return arrayOf(messages ?? input ?? contents);
}

function partsOf(content: JsonField): JsonField {
  return isObject(content) ? content["parts"] : content;
}

function textOnly(value: JsonField): JsonField {
  return typeof value === "string" ? value : undefined;
}

/**
 * The seed, with the text in it. Of a message in parts it is the first and the last text: agents put what is the same
 * for everybody before what was asked.
 */
function hashOf(content: JsonField, seed: number): number {
  if (typeof content === "string") return hashOfText(content, seed);
  const parts = arrayOf(content);
  const first = parts.findIndex(hasText);
  if (first < 0) return seed;
  const last = parts.findLastIndex(hasText);
  const hash = hashOfText(textOf(parts[first]), seed);
  return last === first ? hash : hashOfText(textOf(parts[last]), hash);
}

function hasText(part: JsonField): boolean {
  return isObject(part) && typeof part["text"] === "string";
}

function textOf(part: JsonField): string {
  return (isObject(part) ? stringOf(part["text"]) : undefined) ?? "";
}

function hashOfText(text: string, seed: number): number {
  return bytesHash(SCRATCH, UTF8.encodeInto(text, SCRATCH).written, seed);
}
