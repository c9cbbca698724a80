import type { JsonField } from "../json/read.ts";
import type { ContentPart } from "../../model/message.ts";
import { isPlainText } from "../translation/conversation.ts";

/** Between texts that were said one after the other, where they are sent as one. */
const TEXT_BREAK = "\n\n";

/** What stands between the parts of one message: a model said its own in one go. */
export function breakFor(role: JsonField): string {
  return role === "assistant" ? "" : TEXT_BREAK;
}

/** Texts as one. */
export function joinedTexts(texts: readonly string[], between: string): string {
  return texts.filter((text) => text !== "").join(between);
}

/**
 * Parts as one text, where they are nothing else and no mark for the cache stands on one of them; otherwise as they
 * are. Servers read a text more surely than parts, and some refuse parts in a tool's result and in instructions.
 */
export function joinedParts(
  parts: readonly ContentPart[],
  between: string = TEXT_BREAK,
): string | readonly ContentPart[] {
  if (!parts.every(isPlainText)) return parts;
  return joinedTexts(
    parts.map(({ text }) => text),
    between,
  );
}
