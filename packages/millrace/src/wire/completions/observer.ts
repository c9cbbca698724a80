import type { JsonObject } from "../../model/json.ts";
import { PassingStream } from "../assembly/passing-stream.ts";
import type { PassingStreamOptions } from "../assembly/passing-stream.ts";
import type { WireCompletionChoice } from "./types.ts";

/** Watches a completions stream that passes through unchanged. */
export class CompletionStreamObserver extends PassingStream {
  constructor(options: PassingStreamOptions) {
    super(options, hasContent);
  }
}

function hasContent(choice: JsonObject): boolean {
  const { text }: WireCompletionChoice = choice;
  return typeof text === "string" && text !== "";
}
