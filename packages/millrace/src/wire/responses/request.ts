import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { otherFields } from "../assembly/field-set.ts";
import { readParameters } from "../assembly/parameter-rows.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, numberOf, objectOf, stringOf } from "../json/read.ts";
import type { DecodedRequest } from "../translation/codec.ts";
import { decodeItems } from "./decode-items.ts";
import { decodeReasoning, decodeText, PARAMETER_ROWS, withoutNulls } from "./parameters.ts";
import { decodeToolChoice } from "./tool-choice.ts";
import { offeredTools, ToolNames } from "./tool-names.ts";
import { decodeTools } from "./tools.ts";
import { INCLUDE_ENCRYPTED_REASONING, INCLUDE_LOGPROBS } from "./types.ts";
import type { WireRequest } from "./types.ts";

/** Reads a body that `checkResponsesRequest` found good. Only `stream` is the transport's business. */
export function decodeResponsesRequest(json: JsonObject): DecodedRequest | Failure {
  const body: WireRequest = json;
  const elsewhere = heldElsewhere(body);
  if (elsewhere !== undefined) return elsewhere;
  const names = new ToolNames(offeredTools(json));
  const turns = decodeItems(body.input, names);
  if (!isArrayOfMessages(turns)) return turns;
  const instructions = stringOf(body.instructions);
  const decoded = decodeTools(json, names);
  const { tools, toolChoice, changes } = decodeToolChoice(body.tool_choice, decoded.tools, names);
  const options = decodeOptions(body);
  const request: InferenceRequest = {
    model: stringOf(body.model) ?? "",
    messages: instructions === undefined ? turns : [{ role: "system", content: instructions }, ...turns],
    ...(tools.length > 0 && { tools }),
    ...present({ toolChoice: tools.length > 0 ? toolChoice : undefined }),
    ...options,
  };
  return { request, changes: [...decoded.changes, ...changes] satisfies readonly Change[] };
}

function isArrayOfMessages(value: ReturnType<typeof decodeItems>): value is Exclude<typeof value, Failure> {
  return !("kind" in value);
}

/** What of the question is not in the request, but kept by the server it was meant for. */
function heldElsewhere(body: WireRequest): Failure | undefined {
  const field = ["previous_response_id", "conversation", "prompt"].find((name) => (body[name] ?? null) !== null);
  if (field !== undefined) {
    const message = `\`${field}\` names what only the server it was made on has; send the conversation as \`input\` instead`;
    return failureOf("unsupported", message, { param: field });
  }
  if (body.background !== true) return undefined;
  const message = "`background` is not possible for this model: its server answers at once or not at all";
  return failureOf("unsupported", message, { param: "background" });
}

const TAKEN = [
  "model",
  "input",
  "instructions",
  "tools",
  "tool_choice",
  "stream",
  "text",
  "reasoning",
  "include",
  "stream_options",
];
/** Fields that say nothing where they hold this. */
const DEFAULTS: JsonObject = { background: false, truncation: "disabled", top_logprobs: 0 };

/** Everything but the conversation and its tools. */
function decodeOptions(body: WireRequest): Partial<InferenceRequest> {
  const { parameters, read } = readParameters(body, PARAMETER_ROWS);
  const { rest: textRest, ...text } = decodeText(body.text);
  const { rest: reasoningRest, ...reasoning } = decodeReasoning(body.reasoning);
  const { include, ...logprobs } = decodeLogprobs(body);
  const taken = new Set([...TAKEN, ...read, ...(logprobs.topLogprobs === undefined ? [] : ["top_logprobs"])]);
  const others = Object.entries(otherFields(body, taken) ?? {}).filter(([name, value]) => DEFAULTS[name] !== value);
  const extra = withoutNulls({
    ...Object.fromEntries(others),
    ...present({ text: textRest, reasoning: reasoningRest, include, stream_options: streamOptionsIn(body) }),
  });
  return { ...parameters, ...text, ...reasoning, ...logprobs, ...present({ extra }) };
}

/** Whether a stream is padded says nothing of the answer. */
function streamOptionsIn({ stream_options: given }: WireRequest): JsonObject | undefined {
  const { include_obfuscation: _padding, ...more } = objectOf(given) ?? {};
  return withoutNulls(more);
}

/** Takes out of `include` what the model has a name for, or what is asked for in any case. */
function decodeLogprobs(body: WireRequest): {
  readonly logprobs?: boolean;
  readonly topLogprobs?: number;
  readonly include?: JsonObject[string];
} {
  const included = arrayOf(body.include);
  const topLogprobs = numberOf(body["top_logprobs"]) || undefined;
  const logprobs = included.includes(INCLUDE_LOGPROBS) || topLogprobs !== undefined ? true : undefined;
  const others = included.filter((value) => value !== INCLUDE_LOGPROBS && value !== INCLUDE_ENCRYPTED_REASONING);
  const include = isArray(body.include) ? others : body.include;
  const isEmpty = isArray(include) && include.length === 0;
  return present({ logprobs, topLogprobs, include: isEmpty ? undefined : include });
}
