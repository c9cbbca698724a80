import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { Block } from "./types.ts";

/** Blocks of text that only this dialect has. */
const WRITERS: Readonly<Record<string, (block: Block) => string | undefined>> = {
  search_result: ({ title, source, content }) => joined([title, source], content),
  document: ({ title, context, source }) => {
    const { type, content } = objectOf(source) ?? {};
    return type === "content" ? joined([title, context], content) : undefined;
  },
  tool_reference: ({ tool_name: name }) => stringOf(name),
};

/** All that a block says, where it is text and nothing else. */
export function textOf(block: Block): string | undefined {
  const type = stringOf(block["type"]) ?? "";
  return Object.hasOwn(WRITERS, type) ? WRITERS[type]?.(block) : undefined;
}

function joined(heads: readonly JsonField[], content: JsonField): string | undefined {
  const texts = isArray(content) ? content.map(textIn) : [stringOf(content)];
  if (texts.includes(undefined)) return undefined;
  const lines = [...heads.map(stringOf), ...texts].filter((line) => line !== undefined && line !== "");
  return lines.join("\n");
}

function textIn(block: JsonField): string | undefined {
  return isObject(block) && block["type"] === "text" ? stringOf(block["text"]) : undefined;
}
