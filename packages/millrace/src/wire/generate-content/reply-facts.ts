import type { Failure } from "../../model/failure.ts";
import type { JsonValue } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject } from "../json/read.ts";
import type { ReplyFacts } from "../translation/codec.ts";
import { ReplyWatch } from "./observer.ts";
import { readReplyDocument } from "./stream.ts";

/** What a whole reply says of itself, or why it is none. A prompt that was blocked is a reply: its client knows it. */
export function readReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  const read = readReplyDocument(value, wallNowMs);
  if ("failure" in read) return read.failure;
  const { chunks } = read.document;
  const watch = new ReplyWatch();
  for (const chunk of isArray(chunks) ? arrayOf(chunks) : [read.document]) if (isObject(chunk)) watch.read(chunk);
  const { usage, model, rawFinishReason } = watch.known;
  return { rawFinishReason: rawFinishReason ?? null, ...present({ usage, model }) };
}
