import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import type { Warning } from "../../model/warning.ts";
import { otherFields } from "../assembly/field-set.ts";
import { UsageReader } from "../assembly/usage.ts";
import { reportedFailure } from "../failure/classify.ts";
import { unwrapEnvelope } from "../failure/envelope.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import { decodeFloats, encodeFloats } from "./float-codec.ts";
import type { EncodingFormat } from "./request.ts";
import type { WireEmbedding, WireEmbeddings } from "./types.ts";

export interface EmbeddingsReplyOptions {
  readonly requestedModel: string;
  /** How many vectors were asked for. */
  readonly inputs: number;
  /** Milliseconds since the epoch, for retry hints that are dates. */
  readonly wallNowMs: () => number;
  /** The field of a usage object that holds a cost in dollars, where there is one. */
  readonly costField?: string;
}

/** A reply without what only the provider knows of it. */
export type DecodedEmbeddings = Omit<EmbeddingsResponse, "provider" | "latencyMs" | "requestId">;

const KNOWN_FIELDS: ReadonlySet<string> = new Set(["object", "data", "model", "usage"]);

/**
 * Reads a reply: vectors in the order of the inputs, as numbers, however they crossed the wire. Servers
 * ignore the format asked for, so each item is read by what it holds.
 */
export function decodeEmbeddings(value: JsonValue, options: EmbeddingsReplyOptions): DecodedEmbeddings | Failure {
  const failure = reportedFailure(value, options.wallNowMs);
  if (failure) return failure;
  const reply = unwrapEnvelope(value);
  const items = itemsOf(reply);
  if (items === undefined) return protocolFailure('has no "data" array');
  const vectors: (readonly number[])[] = [];
  for (const [position, item] of inOrder(items).entries()) {
    const vector = readVector(isObject(item) ? item["embedding"] : item);
    if (vector === undefined) return protocolFailure(`has no vector in item ${position} (it holds ${kindOf(item)})`);
    vectors.push(vector);
  }
  if (vectors.length !== options.inputs) {
    return protocolFailure(`holds ${vectors.length} vectors for ${options.inputs} inputs`);
  }
  return { vectors, warnings: widthWarnings(vectors), ...facts(reply, options) };
}

function facts(
  reply: JsonValue,
  options: EmbeddingsReplyOptions,
): Pick<DecodedEmbeddings, "model" | "usage" | "extra"> {
  const fields: WireEmbeddings = isObject(reply) ? reply : {};
  const usage = new UsageReader({ costField: options.costField }).read(fields);
  const model = stringOf(fields.model) || options.requestedModel;
  return { model, ...present({ usage, extra: otherFields(fields, KNOWN_FIELDS) }) };
}

/** The items of a reply; llama.cpp's own path gives them without an object around. */
function itemsOf(reply: JsonValue): readonly JsonValue[] | undefined {
  const data = isObject(reply) ? (reply["data"] ?? null) : reply;
  return isArray(data) ? data : undefined;
}

/** By `index` where every item has one; servers that leave it out keep the order. */
function inOrder(items: readonly JsonValue[]): readonly JsonValue[] {
  const indexes = items.map((item) => (isObject(item) ? item["index"] : undefined));
  if (!indexes.every((index) => typeof index === "number")) return items;
  return items
    .map((item, position) => ({ item, index: Number(indexes[position]) }))
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}

function readVector(embedding: JsonValue | undefined): readonly number[] | undefined {
  if (typeof embedding === "string") return decodeFloats(embedding);
  if (!isArray(embedding)) return undefined;
  const [first] = embedding;
  // One vector in a list of its own.
  const numbers = embedding.length === 1 && isArray(first) ? first : embedding;
  return numbers.length > 0 && numbers.every(isNumber) ? numbers : undefined;
}

function widthWarnings(vectors: readonly (readonly number[])[]): Warning[] {
  const widths = [...new Set(vectors.map((vector) => vector.length))];
  if (widths.length <= 1) return [];
  const message = `The vectors of one reply have different widths: ${widths.join(", ")}`;
  return [{ code: "vector-width", message }];
}

/**
 * A good reply with its vectors in order and as the client asked for them, and everything else as it was; the same
 * object when nothing has to change.
 */
export function encodeEmbeddings(reply: JsonObject, format: EncodingFormat): JsonObject {
  const { data } = reply;
  if (!isArray(data)) return reply;
  const items = inOrder(data).map((item) => (isObject(item) ? encodeItem(item, format) : item));
  return items.every((item, position) => item === data[position]) ? reply : { ...reply, data: items };
}

function encodeItem(item: WireEmbedding, format: EncodingFormat): JsonObject {
  const { embedding } = item;
  const isAsAsked =
    format === "base64" ? typeof embedding === "string" : isArray(embedding) && embedding.every(isNumber);
  const vector = isAsAsked ? undefined : readVector(embedding);
  if (vector === undefined) return item;
  const { encoding_format: named, ...rest } = item;
  return {
    ...rest,
    embedding: format === "base64" ? encodeFloats(vector) : vector,
    ...(named !== undefined && { encoding_format: format }),
  };
}

function isNumber(value: JsonValue): value is number {
  return typeof value === "number";
}

function kindOf(item: JsonValue): string {
  const embedding = isObject(item) ? item["embedding"] : item;
  if (embedding === undefined) return "no embedding";
  if (embedding === null) return "null";
  if (typeof embedding === "string") return "text that is no base64 of floats";
  return isArray(embedding) ? "an array that is no vector" : `a ${typeof embedding}`;
}

function protocolFailure(flaw: string): Failure {
  return failureOf("protocol", `The model server's embeddings reply ${flaw}`);
}
