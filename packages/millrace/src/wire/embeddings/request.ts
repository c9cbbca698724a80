import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { EmbeddingsInput, EmbeddingsRequest } from "../../model/request.ts";
import { checkFields, checkModel, FIELD_KINDS, nameOf, refuse, refuseBody } from "../assembly/request-checks.ts";
import type { FieldKind } from "../assembly/request-checks.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { cleanStrings } from "../json/clean.ts";
import { arrayOf, isArray, isObject, type JsonField, numberOf } from "../json/read.ts";
import { findIndexInSteps, type Steps } from "../json/steps.ts";
import type { WireEmbeddingsRequest } from "./types.ts";

/** How a client wants its vectors. */
export type EncodingFormat = "float" | "base64";

/** The request as a body. */
export function encodeEmbeddingsRequest(request: EmbeddingsRequest): JsonObject {
  const { model, input, dimensions, encodingFormat, user, extra } = request;
  return cleanStrings({
    ...extra,
    model,
    input,
    ...present({ dimensions, encoding_format: encodingFormat, user }),
  });
}

/** Reads a body that `checkEmbeddingsRequest` found good. What has no name here goes to `extra`. */
export function decodeEmbeddingsRequest(json: JsonObject): EmbeddingsRequest {
  const fields = new FieldReader(json);
  const model = fields.string("model") ?? "";
  // Checked before: one text, several, or token ids.
  const input = fields.any("input") as EmbeddingsInput;
  const dimensions = numberOf(fields.any("dimensions"));
  fields.any("encoding_format");
  return { model, input, ...present({ dimensions, user: fields.string("user"), extra: fields.rest() }) };
}

const CHECKED: ReadonlyMap<string, FieldKind> = new Map(
  Object.entries({
    dimensions: FIELD_KINDS.positive,
    encoding_format: {
      fits: (value) => value === "float" || value === "base64",
      expected: '"float" or "base64"',
    },
  }),
);

/** What is wrong with a client's body, if anything is: only what no server could make sense of. */
export function checkEmbeddingsRequest(json: JsonValue): Failure | undefined {
  if (!isObject(json)) return refuseBody(json);
  return checkModel(json) ?? checkInput(json) ?? checkFields(json, CHECKED);
}

/** The same for a large body. */
export function* checkEmbeddingsRequestInSteps(json: JsonObject): Steps<Failure | undefined> {
  return checkModel(json) ?? (yield* checkInputInSteps(json)) ?? checkFields(json, CHECKED);
}

/** Servers differ on empty texts, so those pass. */
function checkInput(request: WireEmbeddingsRequest): Failure | undefined {
  const members = arrayOf(request.input);
  return (
    checkInputKind(request) ??
    refuseOdd(members.findIndex(isOdd)) ??
    refuseMixed(members.findIndex(otherThan(members[0])))
  );
}

function* checkInputInSteps(request: WireEmbeddingsRequest): Steps<Failure | undefined> {
  const members = arrayOf(request.input);
  return (
    checkInputKind(request) ??
    refuseOdd(yield* findIndexInSteps(members, isOdd)) ??
    refuseMixed(yield* findIndexInSteps(members, otherThan(members[0])))
  );
}

function checkInputKind({ input }: WireEmbeddingsRequest): Failure | undefined {
  if (input === undefined) return refuse("input", "`input` is missing: give the text to embed, or an array of texts");
  if (typeof input === "string") return undefined;
  if (!isArray(input)) {
    return refuse("input", `\`input\` must be a string or an array of strings or token ids, not ${nameOf(input)}`);
  }
  return input.length === 0 ? refuse("input", "`input` is empty: give at least one text") : undefined;
}

function refuseOdd(index: number): Failure | undefined {
  if (index === -1) return undefined;
  return refuse(`input[${index}]`, `\`input[${index}]\` must be a string, a token id or an array of token ids`);
}

function refuseMixed(index: number): Failure | undefined {
  if (index === -1) return undefined;
  return refuse("input", "`input` mixes texts and token ids: send them in separate requests");
}

function isOdd(member: JsonValue): boolean {
  return kindOf(member) === undefined;
}

function otherThan(first: JsonField): (member: JsonValue) => boolean {
  const kind = first === undefined ? undefined : kindOf(first);
  return (member) => kindOf(member) !== kind;
}

function kindOf(member: JsonValue): "text" | "token" | "tokens" | undefined {
  if (typeof member === "string") return "text";
  if (Number.isSafeInteger(member)) return "token";
  return isArray(member) && member.every(Number.isSafeInteger) ? "tokens" : undefined;
}

/** How many vectors a request asks for: a list of token ids is one text. */
export function countInputs(input: EmbeddingsInput | JsonValue): number {
  return isArray(input) && typeof input[0] !== "number" ? input.length : 1;
}

/** How the client wants its vectors; numbers unless it says otherwise. */
export function requestedFormat({ encoding_format: format }: WireEmbeddingsRequest): EncodingFormat {
  return format === "base64" ? "base64" : "float";
}
