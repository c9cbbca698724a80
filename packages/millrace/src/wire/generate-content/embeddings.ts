import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import { otherFields } from "../assembly/field-set.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, numberOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { DecodedEmbeddingsRequest, EmbeddingsClientCodec } from "../translation/embeddings.ts";
import { contentsOf, partsOfContent } from "./decode-contents.ts";
import { encodeError } from "./error.ts";
import { camelFields, camelObjects } from "./spelling.ts";
import { writeUsage } from "./usage.ts";

export { generateContentEmbeddings } from "./embeddings-server.ts";

/** One text in, one vector out. */
export const embedContentClient: EmbeddingsClientCodec = {
  check: (json) => (isObject(json) ? checkEmbed(camelFields(json), "") : refuseBody(json)),
  decodeRequest: (json) => decodeAll([camelFields(json)]),
  encodeResponse: ([vector = []], usage) => ({ embedding: { values: vector }, ...usageFields(usage) }),
  encodeError,
};

/** Several texts in, as many vectors out. */
export const batchEmbedContentsClient: EmbeddingsClientCodec = {
  check: checkBatch,
  decodeRequest: (json) => decodeAll(camelObjects(json["requests"])),
  encodeResponse: (vectors, usage) => ({
    embeddings: vectors.map((values) => ({ values })),
    ...usageFields(usage),
  }),
  encodeError,
};

function usageFields(usage: TokenUsage | undefined): JsonObject {
  return usage === undefined ? {} : { usageMetadata: writeUsage(usage) };
}

function checkBatch(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  const { requests } = json;
  if (!isArray(requests) || requests.length === 0) {
    return refuse("requests", `\`requests\` must be an array with at least one request, not ${nameOf(requests)}`);
  }
  for (const [index, request] of requests.entries()) {
    const path = `requests[${index}]`;
    const flaw = isObject(request)
      ? checkEmbed(camelFields(request), `${path}.`)
      : refuse(path, `\`${path}\` must be an object, not ${nameOf(request)}`);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function checkEmbed(request: JsonObject, path: string): Failure | undefined {
  const { content, outputDimensionality: width } = request;
  if (content === undefined) return refuse(`${path}content`, `\`${path}content\` is missing: give the text to embed`);
  if (!isObject(content) && typeof content !== "string") {
    return refuse(`${path}content`, `\`${path}content\` must be an object with parts, not ${nameOf(content)}`);
  }
  if (width === undefined || width === null || FIELD_KINDS.positive.fits(width)) return undefined;
  const field = `${path}outputDimensionality`;
  return refuse(field, `\`${field}\` must be ${FIELD_KINDS.positive.expected}, not ${nameOf(width)}`);
}

const KNOWN: ReadonlySet<string> = new Set(["model", "content", "outputDimensionality"]);

/** What differs between the requests of a batch has no place: the first one's word counts. */
function decodeAll(requests: readonly JsonObject[]): DecodedEmbeddingsRequest | Failure {
  const input: string[] = [];
  for (const [index, request] of requests.entries()) {
    const text = textOf(request["content"]);
    if (text === undefined) {
      const param = requests.length === 1 ? "content" : `requests[${index}].content`;
      return failureOf("unsupported", `\`${param}\` holds something other than text, which has no vector here`, {
        param,
      });
    }
    input.push(text);
  }
  const first = requests[0] ?? {};
  const extra = otherFields(first, KNOWN);
  const request: EmbeddingsRequest = {
    model: "",
    input,
    ...present({ dimensions: numberOf(first["outputDimensionality"]), extra }),
  };
  const mixed = requests.some((other) => JSON.stringify(settingsOf(other)) !== JSON.stringify(settingsOf(first)));
  const reason = "the requests of one batch share their settings";
  return {
    request,
    changes: mixed ? [{ field: "requests", action: "replaced", to: "the first one's settings", reason }] : [],
  };
}

function settingsOf(request: JsonObject): JsonObject {
  const { content: _content, ...settings } = request;
  return settings;
}

/** The text of a content; nothing where it holds more than text. */
function textOf(content: JsonField): string | undefined {
  const [only] = contentsOf(content);
  const parts = only === undefined ? [] : partsOfContent(only);
  const texts = parts.flatMap(({ text }) => (typeof text === "string" ? [text] : []));
  return texts.length === parts.length ? texts.join("") : undefined;
}
