import type { JsonValue } from "../../model/json.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { UsageReader } from "../assembly/usage.ts";
import { findError } from "../failure/account.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { EncodingFormat } from "./request.ts";

export interface EmbeddingsFacts {
  readonly model: string;
  readonly usage?: TokenUsage;
}

export interface ExpectedVectors {
  readonly count: number;
  readonly format: EncodingFormat;
  /** The field of a usage object that holds a cost in dollars, where there is one. */
  readonly costField: string | undefined;
}

/**
 * The facts of a reply that is plainly what was asked for, so that its bytes can pass; nothing where anything about
 * it has to be looked at more closely. Costs a tenth of decoding it.
 */
export function plainEmbeddingsFacts(value: JsonValue, expected: ExpectedVectors): EmbeddingsFacts | undefined {
  if (!isObject(value) || findError(value)) return undefined;
  const { data } = value;
  const model = stringOf(value["model"]);
  if (!model || !isArray(data) || data.length !== expected.count) return undefined;
  const isPlain = expected.format === "base64" ? isBase64OfFloats : isVector;
  const inOrder = data.every(
    (item, at) => isObject(item) && item["index"] === at && isPlain(item["embedding"] ?? null),
  );
  if (!inOrder) return undefined;
  const usage = new UsageReader({ costField: expected.costField }).read(value);
  return { model, ...(usage && { usage }) };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Four base64 digits are three bytes, and a float has four bytes. */
const DIGITS_MULTIPLE = 4;
const FLOAT_BYTES = 4;

function isBase64OfFloats(text: JsonValue): boolean {
  if (typeof text !== "string" || text.length % DIGITS_MULTIPLE !== 0 || !BASE64.test(text)) return false;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return ((text.length / DIGITS_MULTIPLE) * 3 - padding) % FLOAT_BYTES === 0;
}

function isVector(value: JsonValue): boolean {
  return isArray(value) && value.length > 0 && value.every((number) => typeof number === "number");
}
