import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { AnswerEncoding } from "../../packages/millrace/src/wire/translation/codec.ts";

/** What writing the answer to this body is told, always the same. */
export function answerEncoding(asked: JsonObject): AnswerEncoding {
  return { asked, includeUsage: true, id: "0a1b2c3d", model: "fast", createdSec: 1_764_000_000 };
}
