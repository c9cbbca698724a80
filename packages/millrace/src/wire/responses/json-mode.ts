import type { Change } from "../../model/change.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import type { Item } from "./types.ts";

/**
 * Input for a server that refuses JSON mode unless a message speaks of it. The line that does stands first, where it is
 * the same in every turn.
 */
export function speakingOfJson(input: readonly Item[]): {
  readonly input: readonly Item[];
  readonly changes: readonly Change[];
} {
  if (input.some(speaksOfJson)) return { input, changes: [] };
  const line = { type: "message", role: "developer", content: "Answer in JSON." };
  const reason = "a line that asks for JSON: the server refuses its JSON mode where no message does";
  return { input: [line, ...input], changes: [{ field: "messages", action: "added", reason }] };
}

function speaksOfJson({ type, content }: Item): boolean {
  if (type !== "message") return false;
  const texts = typeof content === "string" ? [content] : arrayOf(content).map((part) => objectOf(part)?.["text"]);
  return texts.some((text) => /json/iu.test(stringOf(text) ?? ""));
}
