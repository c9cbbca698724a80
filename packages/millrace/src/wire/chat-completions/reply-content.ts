import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** The content of an answer, told apart. */
export interface ReadContent {
  readonly text: string;
  readonly reasoning: string;
  /** Parts that are neither, such as references. */
  readonly others: readonly JsonObject[];
}

/** Reads content that is a string, as it should be, or parts, as some reasoning models send it. */
export function readContent(content: JsonValue): ReadContent {
  if (typeof content === "string") return { text: content, reasoning: "", others: [] };
  let text = "";
  let reasoning = "";
  const others: JsonObject[] = [];
  for (const part of isArray(content) ? content : [content]) {
    if (typeof part === "string") text += part;
    else if (isObject(part)) {
      const thinking = part["type"] === "thinking" ? textOf(part["thinking"]) : undefined;
      const plain = part["type"] === "text" || part["type"] === "output_text" ? stringOf(part["text"]) : undefined;
      if (thinking !== undefined) reasoning += thinking;
      else if (plain !== undefined) text += plain;
      else others.push(part);
    }
  }
  return { text, reasoning, others };
}

/** Text, or the texts of parts that hold nothing else. */
function textOf(value: JsonField): string | undefined {
  if (typeof value === "string") return value;
  if (!isArray(value)) return undefined;
  const texts = value.map((part) => (isObject(part) ? stringOf(part["text"]) : stringOf(part)));
  return texts.every((text) => text !== undefined) ? texts.join("") : undefined;
}
