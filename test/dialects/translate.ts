import type { Change } from "../../packages/millrace/src/model/change.ts";
import type { Failure } from "../../packages/millrace/src/model/failure.ts";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import { DEFAULT_LIMITS } from "../../packages/millrace/src/model/limits.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { InferenceResponse } from "../../packages/millrace/src/model/response.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import type { AnswerOptions } from "../../packages/millrace/src/wire/assembly/answer-options.ts";
import type { ClientCodec } from "../../packages/millrace/src/wire/translation/codec.ts";
import { withoutForeignFields } from "../../packages/millrace/src/wire/translation/foreign-fields.ts";
import { misplacedResult } from "../../packages/millrace/src/wire/translation/tool-pairs.ts";
import type { ClientDialect, ServerDialect } from "./dialect.ts";

/** A request as it goes to a server, or why it does not go. */
export interface SentRequest {
  readonly body: JsonObject;
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
}

const WALL_NOW = (): number => Date.UTC(2026, 0, 1);

/** What the gateway makes of a client's body for a server of another dialect. */
export function translatedRequest(client: ClientDialect, server: ServerDialect, json: JsonObject): SentRequest {
  const decoded = readRequest(client, json);
  if ("kind" in decoded) return { body: {}, changes: [], refusal: decoded };
  return sentTo(server, decoded.request, decoded.changes);
}

/** A body in the model's vocabulary, as it crosses to another dialect. */
export function readRequest(
  { codec }: ClientDialect,
  json: JsonObject,
): { readonly request: InferenceRequest; readonly changes: readonly Change[] } | Failure {
  const decoded = codec.check(json) ?? codec.decodeRequest(json);
  if ("kind" in decoded) return decoded;
  const { request, changes, refusal } = withoutForeignFields(decoded.request);
  return refusal ?? misplacedResult(request) ?? { request, changes: [...decoded.changes, ...changes] };
}

function sentTo(
  { codec, model }: ServerDialect,
  request: InferenceRequest,
  before: readonly Change[] = [],
): SentRequest {
  const { body, changes, refusal } = codec.encodeRequest(
    { ...request, model },
    { model, stream: true, translated: true },
  );
  return { body, changes: [...before, ...changes], ...(refusal && { refusal }) };
}

/** What the gateway makes of it for a server of the same dialect. */
export function passedRequest({ model, passing }: ServerDialect, json: JsonObject): SentRequest {
  if (passing === undefined) throw new RangeError("No client speaks this dialect");
  const { body, changes } = passing.adapt(json, { model, stream: true, translated: false });
  const refusal = passing.refuses?.(body);
  return { body, changes, ...(refusal && { refusal }) };
}

/** A stream of the same dialect, as it passes. */
export function passedStream({ passing }: ServerDialect, { encodeErrorEvent }: ClientCodec, bytes: Uint8Array): string {
  if (passing === undefined) throw new RangeError("No client speaks this dialect");
  const observer = passing.createObserver({ limits: DEFAULT_LIMITS, wallNowMs: WALL_NOW });
  const text = new TextDecoder();
  const passed = text.decode(observer.push(bytes)) + text.decode(observer.end());
  const { failure } = observer.seen;
  return failure === undefined ? passed : passed + encodeErrorEvent(failure);
}

/** What a server's stream says. */
export function readEvents(
  { codec, model }: Pick<ServerDialect, "codec" | "model">,
  bytes: Uint8Array,
  toolNames?: readonly string[],
): readonly DecodedEvent[] {
  const decoder = codec.createStreamDecoder({ ...answerOptions(model), ...(toolNames && { toolNames }) });
  return [...decoder.push(bytes), ...decoder.end()];
}

/** The whole answer of a stream, or what had arrived of it. */
export function responseOf(events: readonly DecodedEvent[]): InferenceResponse | undefined {
  const last = events.at(-1);
  if (last?.type === "finish") return last.response;
  return last?.type === "failure" ? last.partial : undefined;
}

function answerOptions(requestedModel: string): AnswerOptions {
  let made = 0;
  return { requestedModel, limits: DEFAULT_LIMITS, wallNowMs: WALL_NOW, makeId: () => `made${++made}` };
}
