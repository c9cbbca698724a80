import type { JsonObject } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { splitInputs } from "../../wire/embeddings/batch.ts";
import { countInputs, encodeEmbeddingsRequest } from "../../wire/embeddings/request.ts";
import { type DecodedEmbeddings, decodeEmbeddings } from "../../wire/embeddings/response.ts";
import { embeddingsCodec, servedOperations } from "./dialects.ts";
import { embedTranslated } from "./embed-translated.ts";
import { type Embedded, type EmbeddedBatch, embedInBatches } from "./embedding-batches.ts";
import { type JsonReply, readVectors } from "./json-reply.ts";
import { changeOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";
import type { VectorWidths } from "./vector-widths.ts";

/** Below the base URL. */
export const EMBEDDINGS_PATH = "/embeddings";
/** Asked for by us where the caller does not mind, so that its refusal is nothing to tell. */
const FORMAT = "encoding_format";

/**
 * Embeds texts, in as many requests as the server's limit on inputs needs; where one fails, all do. Vectors come
 * as numbers, in the order of the inputs, however they crossed the wire.
 */
export async function embed(
  upstream: Upstream,
  widths: VectorWidths,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<EmbeddingsResponse> {
  return (await embedTelling(upstream, widths, request, context)).response;
}

/** The same, with what had to be changed of what was asked. */
export async function embedTelling(
  upstream: Upstream,
  widths: VectorWidths,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<Embedded> {
  const { profile } = upstream.settings;
  const { model, dimensions } = request;
  requireEmbeddings(upstream);
  const codec = embeddingsCodec(profile);
  if (codec !== undefined) return embedTranslated(upstream, codec, request, context);
  const { encodingFormat: preferred, maxInputs } = profile.embeddings;
  const asked = encodeEmbeddingsRequest(request);
  const isOurs = preferred !== "unset" && !(FORMAT in asked);
  const json = isOurs ? { ...asked, [FORMAT]: preferred } : asked;
  return embedInBatches(upstream, splitInputs(json["input"] ?? "", maxInputs), async (input) => {
    const batch = await embedBatch(upstream, model, { ...json, input }, context);
    const { vectors, warnings } = batch.decoded;
    const checked = [...warnings, ...widths.check(model, dimensions, vectors[0]?.length)];
    const changes = isOurs ? batch.changes.filter(({ field }) => field !== FORMAT) : batch.changes;
    return { ...batch, changes, decoded: { ...batch.decoded, warnings: checked } };
  });
}

async function embedBatch(
  upstream: Upstream,
  model: string,
  json: JsonObject,
  context: CallContext,
): Promise<EmbeddedBatch> {
  const url = urlOf(upstream.settings, EMBEDDINGS_PATH);
  const { reply, applied } = await callLearning(upstream, { url, model, stream: false, json }, context);
  const document = await readVectors(upstream, reply);
  const decoded = decodeVectors(upstream, reply, document, { model, inputs: countInputs(json["input"] ?? "") });
  return { decoded, changes: applied.map(changeOf), requestId: reply.requestId };
}

/** What a reply holds; throws where it has not a vector for each input. */
export function decodeVectors(
  upstream: Upstream,
  reply: UpstreamReply,
  document: JsonReply,
  asked: { readonly model: string; readonly inputs: number },
): DecodedEmbeddings {
  const { costField } = upstream.settings.profile.chat.reply;
  const decoded = decodeEmbeddings(document.value, {
    requestedModel: asked.model,
    inputs: asked.inputs,
    wallNowMs: () => upstream.clock.wallNow(),
    ...(costField === undefined ? {} : { costField }),
  });
  if ("kind" in decoded) throw upstream.failures.error(decoded, { requestId: reply.requestId });
  return decoded;
}

/** Refuses where the server is known not to embed. */
function requireEmbeddings({ settings, failures }: Upstream): void {
  const { profile } = settings;
  if (servedOperations(profile).includes("embeddings")) return;
  throw failures.error(failureOf("unsupported", `${profile.label} does not make embeddings: ask another provider.`));
}
