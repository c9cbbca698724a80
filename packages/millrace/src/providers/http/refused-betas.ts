import type { JsonObject } from "../../model/json.ts";
import { isArray, isObject, objectOf } from "../../wire/json/read.ts";
import type { Draft } from "./draft.ts";

/** The header by which a client of Anthropic's API asks for what is not in it for everyone yet: a list of names. */
export const BETA_HEADER = "anthropic-beta";

/** Where Bedrock's Converse API is asked for the same. */
const BETA_FIELD = "anthropic_beta";
const MODEL_FIELDS = "additionalModelRequestFields";

/**
 * What Bedrock documents, of one model or another:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
const KNOWN_TO_BEDROCK: readonly string[] = [
  "computer-use-",
  "token-efficient-tools-",
  "interleaved-thinking-",
  "output-128k-",
  "dev-full-thinking-",
  "context-1m-",
  "context-management-",
  "effort-",
  "tool-search-tool-",
  "tool-examples-",
];

type Headers = Draft["headers"];

/**
 * The names of the caller's betas that a server refuses, each as a parameter: `anthropic-beta.NAME`. Vertex names
 * those that it does not know. Bedrock names none: then it is those that Bedrock does not document, and where there are
 * no such, all of them: `anthropic-beta`.
 */
export function refusedBetas(account: string, { body, headers }: Draft): readonly string[] {
  const sent = [...betasInHeaders(headers).sent, ...betasInBody(body)];
  if (sent.length > 0 && /\binvalid beta flag\b/iu.test(account)) {
    const unheard = sent.filter((beta) => !KNOWN_TO_BEDROCK.some((start) => beta.startsWith(start)));
    return unheard.length === 0 || unheard.length === sent.length ? [BETA_HEADER] : unheard.map(parameterOf);
  }
  if (!account.includes(BETA_HEADER)) return [];
  return sent.filter((beta) => account.includes(beta)).map(parameterOf);
}

function parameterOf(beta: string): string {
  return `${BETA_HEADER}.${beta}`;
}

/** Whether a parameter is a beta, not a field of the body. */
export function isBeta(parameter: string): boolean {
  return parameter.startsWith(BETA_HEADER);
}

/** The draft without a beta; the same reference where it does not hold it. */
export function withoutBeta(draft: Draft, parameter: string): Draft {
  const headers = headersWithout(draft.headers, parameter);
  const body = bodyWithout(draft.body, parameter);
  return headers === draft.headers && body === draft.body ? draft : { body, headers };
}

function headersWithout(headers: Headers, parameter: string): Headers {
  const { sent, others } = betasInHeaders(headers);
  const kept = keptOf(sent, parameter);
  if (kept.length === sent.length) return headers;
  return kept.length === 0 ? others : { ...others, [BETA_HEADER]: kept.join(",") };
}

function bodyWithout(body: JsonObject, parameter: string): JsonObject {
  const sent = betasInBody(body);
  const kept = keptOf(sent, parameter);
  if (kept.length === sent.length) return body;
  const { [BETA_FIELD]: _sent, ...others } = objectOf(body[MODEL_FIELDS]) ?? {};
  const fields = kept.length === 0 ? others : { ...others, [BETA_FIELD]: kept };
  const { [MODEL_FIELDS]: _fields, ...rest } = body;
  return Object.keys(fields).length === 0 ? rest : { ...body, [MODEL_FIELDS]: fields };
}

function keptOf(sent: readonly string[], parameter: string): readonly string[] {
  return parameter === BETA_HEADER ? [] : sent.filter((beta) => parameter !== parameterOf(beta));
}

/** The betas of a caller's headers, and its other headers. */
export function betasInHeaders(headers: Headers): { readonly sent: readonly string[]; readonly others: Headers } {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === BETA_HEADER) ?? BETA_HEADER;
  const { [name]: value = "", ...others } = headers;
  return { sent: value.split(",").flatMap((beta) => (beta.trim() === "" ? [] : [beta.trim()])), others };
}

function betasInBody(body: JsonObject): readonly string[] {
  const fields = body[MODEL_FIELDS];
  const betas = isObject(fields) ? fields[BETA_FIELD] : undefined;
  return isArray(betas) ? betas.filter((beta) => typeof beta === "string") : [];
}
