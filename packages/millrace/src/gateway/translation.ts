import type { Change } from "../model/change.ts";
import type { JsonObject } from "../model/json.ts";
import type { RequestBody, TranslatedEmbeddings, TranslatedRequest } from "../providers/provider.ts";
import { parseJson } from "../wire/json/parse.ts";
import { isObject } from "../wire/json/read.ts";
import { NO_PLACE } from "../wire/translation/encoding-account.ts";
import { withoutForeignFields } from "../wire/translation/foreign-fields.ts";
import { misplacedResult } from "../wire/translation/tool-pairs.ts";
import type { Routed } from "./exchange.ts";
import { OWN_FIELD } from "./own-field.ts";
import { readable } from "./readable.ts";
import { RefusalError } from "./refusal.ts";

/**
 * What a client asks, in the model's vocabulary: for a server that does not speak its dialect.
 *
 * @throws {RefusalError} 400 for what cannot be read
 */
export function translatedConversation(routed: Routed): TranslatedRequest {
  const { body, dialect, facts, live, principal } = routed;
  const json = wholeOf(body);
  const answer = dialect.replyToNothing?.(json, Math.floor(routed.ports.clock.wallNow() / 1000));
  if (answer !== undefined) return { request: { model: facts.model }, answer: lineOf(answer), changes: [] };
  const { conversation } = dialect;
  if (conversation === undefined) throw new RangeError("The dialect holds no conversations");
  const decoded = readable(() => conversation.decodeRequest(json));
  const { request, changes, refusal } = withoutForeignFields(decoded.request);
  const wrong = misplacedResult(request);
  if (wrong !== undefined) throw new RefusalError(wrong);
  const restored = live.reasoning.restored(principal.name, request);
  return {
    request: { ...restored, model: facts.model },
    changes: [...bodyChanges(body), ...decoded.changes, ...changes],
    ...(refusal && { refusal }),
  };
}

/** The same of a request for vectors. */
export function translatedEmbeddings({ body, dialect, facts }: Routed): TranslatedEmbeddings {
  const { embeddings } = dialect;
  if (embeddings === undefined) throw new RangeError("The dialect asks for no vectors");
  const json = wholeOf(body);
  const decoded = readable(() => embeddings.decodeRequest(json));
  const { extra = {}, ...request } = decoded.request;
  const dropped = Object.keys(extra).map((field): Change => ({ field, action: "dropped", reason: NO_PLACE }));
  return {
    request: { ...request, model: facts.model },
    changes: [...bodyChanges(body), ...decoded.changes, ...dropped],
  };
}

/** All of a body. Of a large one an outline was read first, and its bytes are known to be JSON of a bounded cost. */
export function wholeOf(body: RequestBody): JsonObject {
  if (body.large === undefined) return body.json;
  const parsed = parseJson(new TextDecoder().decode(body.bytes));
  if (!parsed.ok || !isObject(parsed.value)) throw new RangeError("A body that was read once is no JSON");
  const { [OWN_FIELD]: _own, ...rest } = parsed.value;
  return rest;
}

function lineOf(json: JsonObject): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(json)}\n`);
}

function bodyChanges({ large }: RequestBody): readonly Change[] {
  return large?.changes ?? [];
}
