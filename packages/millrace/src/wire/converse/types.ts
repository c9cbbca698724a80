import type { JsonObject } from "../../model/json.ts";

/** One of `text`, `image`, `toolUse`…: an object with one field that names what it holds. */
export type ConverseBlock = JsonObject;

export interface ConverseMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly ConverseBlock[];
}

/** What stands in an object of the dialect that an interface describes, as JSON. */
export function messageJson({ role, content }: ConverseMessage): JsonObject {
  return { role, content };
}

/** The events of a stream, by the header `:event-type`. */
export type ConverseEventName =
  | "messageStart"
  | "contentBlockStart"
  | "contentBlockDelta"
  | "contentBlockStop"
  | "messageStop"
  | "metadata";
