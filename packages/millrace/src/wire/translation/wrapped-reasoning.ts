import type { ReasoningDetail } from "../../model/message.ts";
import { decodeBase64, encodeBase64 } from "../bytes/base64.ts";
import { parseJson } from "../json/parse.ts";
import { isArray, isObject } from "../json/read.ts";

/** Tells what we wrapped from what a server gave: "millrace." in base64, so that the whole is base64 too, for clients that look. */
const MARK = "bWlsbHJhY2Uu";

/**
 * Opaque reasoning of one dialect as one text, for the field in which another dialect's clients send such text back
 * unread: a signature, encrypted content.
 */
export function wrapReasoning(details: readonly ReasoningDetail[]): string {
  return MARK + encodeBase64(new TextEncoder().encode(JSON.stringify(details)));
}

/** Whether a text is from {@link wrapReasoning}; its beginning is enough to tell. */
export function isWrapped(text: string): boolean {
  return text.startsWith(MARK);
}

/** What {@link wrapReasoning} was given; nothing where the text is not from there. */
export function unwrapReasoning(text: string): readonly ReasoningDetail[] | undefined {
  if (!isWrapped(text)) return undefined;
  const bytes = decodeBase64(text.slice(MARK.length));
  const parsed = bytes === undefined ? undefined : parseJson(new TextDecoder().decode(bytes));
  if (parsed === undefined || !parsed.ok || !isArray(parsed.value)) return undefined;
  return parsed.value.every(isObject) ? parsed.value : undefined;
}

/** Who can read an opaque block of reasoning. */
export type ReasoningFormat = "anthropic-claude-v1" | "openai-responses-v1" | "google-gemini-v1";

export function isOfFormat(detail: ReasoningDetail, format: ReasoningFormat): boolean {
  return detail["format"] === format;
}
