import type { JsonObject, JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import { answerEncoding } from "./answer-encoding.ts";
import type { ClientDialect, ServerDialect } from "./dialect.ts";
import { answer } from "./reply-features.ts";
import type { RequestFeature } from "./request-feature.ts";
import { QUESTION } from "./request-features.ts";
import { isSame } from "./same.ts";
import { passedRequest, type SentRequest, translatedRequest } from "./translate.ts";

/**
 * What becomes of a feature. `kept`: the gateway keeps it for the next turn. `lost`: it was there, is not any more, and
 * nothing says so, which must not be. `none`: one of the two dialects has no such thing to begin with.
 */
export type Verdict = "exact" | "mapped" | "kept" | "reported" | "refused" | "lost" | "none";

/** What becomes of something that a client says to a server. */
export function requestVerdict(client: ClientDialect, server: ServerDialect, feature: RequestFeature): Verdict {
  const body = bodyOf(client, server, feature);
  const told = body && saidIn(client, body, feature);
  if (body === undefined || told === undefined) return "none";
  const sent = sentTo(client, server, body);
  if (sent.refusal !== undefined) return "refused";
  const plain = sentTo(client, server, written(client, feature.beside));
  if (sent.changes.some((change) => !plain.changes.some((known) => isSame(known, change)))) return "reported";
  const read = server.readRequest(sent.body);
  const arrived = "kind" in read ? undefined : feature.said(read);
  if (isSame(arrived, told)) return "exact";
  const isGone = arrived === undefined && isSame(sent.body, plain.body);
  return isGone && feature.unsaid?.includes(server.name) !== true ? "lost" : "mapped";
}

/** The feature as the client's own server would read it. */
function saidIn({ codec }: ClientDialect, body: JsonObject, { said }: RequestFeature): JsonValue | undefined {
  const decoded = codec.decodeRequest(body);
  if ("kind" in decoded) throw new RangeError(decoded.message);
  return said(decoded.request);
}

function bodyOf(client: ClientDialect, server: ServerDialect, feature: RequestFeature): JsonObject | undefined {
  const { ask, beside, bodies, reasoned } = feature;
  if (reasoned !== undefined) {
    const detail = reasoned(server.name);
    return detail && answered(client, detail);
  }
  const fields = bodies?.[client.name];
  if (fields !== undefined) return { ...written(client, beside), ...fields };
  return ask && written(client, { ...beside, ...ask });
}

/** A body as a client of the dialect writes it. */
export function written({ writer, asks }: ClientDialect, fields: Partial<InferenceRequest> = {}): JsonObject {
  const request: InferenceRequest = { model: asks, ...QUESTION, ...fields };
  return writer.encodeRequest(request, { model: asks, stream: true, translated: false }).body;
}

/** The turn after one that was answered with this block of reasoning. */
function answered(client: ClientDialect, detail: JsonObject): JsonObject {
  const asked = { ...written(client), ...client.wants };
  const events = answer({ text: "Hello to you.", reasoning: "A greeting.", reasoningDetails: [detail] });
  const stream = client.codec.createStreamEncoder(answerEncoding(asked)).encode(events);
  return client.nextTurn(asked, stream, "How are you?");
}

function sentTo(client: ClientDialect, server: ServerDialect, body: JsonObject): SentRequest {
  return client.name === server.name ? passedRequest(server, body) : translatedRequest(client, server, body);
}
