import type { JsonObject } from "../../model/json.ts";
import type { EmbeddingsRequest } from "../../model/request.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { splitInputs } from "../../wire/embeddings/batch.ts";
import { countInputs, encodeEmbeddingsRequest } from "../../wire/embeddings/request.ts";
import { type DecodedEmbeddings, decodeEmbeddings } from "../../wire/embeddings/response.ts";
import { type JsonReply, readJson } from "./json-reply.ts";
import { embeddingsCodec, servedOperations } from "./dialects.ts";
import { embedTranslated } from "./embed-translated.ts";
import { type EmbeddedBatch, embedInBatches } from "./embedding-batches.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";
import type { VectorWidths } from "./vector-widths.ts";

/** Below the base URL. */
export const EMBEDDINGS_PATH = "/embeddings";

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
  const { profile } = upstream.settings;
  const { model, dimensions } = request;
  requireEmbeddings(upstream);
  const codec = embeddingsCodec(profile);
  if (codec !== undefined) return embedTranslated(upstream, codec, request, context);
  const { encodingFormat: preferred, maxInputs } = profile.embeddings;
  const json = encodeEmbeddingsRequest(preferred === "unset" ? request : { encodingFormat: preferred, ...request });
  return embedInBatches(upstream, splitInputs(json["input"] ?? "", maxInputs), async (input) => {
    const batch = await embedBatch(upstream, model, { ...json, input }, context);
    const { vectors, warnings } = batch.decoded;
    const checked = [...warnings, ...widths.check(model, dimensions, vectors[0]?.length)];
    return { ...batch, decoded: { ...batch.decoded, warnings: checked } };
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
  return { decoded, applied, requestId: reply.requestId };
}

/** Reads a reply whose size is that of its vectors. */
export function readVectors(upstream: Upstream, reply: UpstreamReply): Promise<JsonReply> {
  return readJson(upstream, reply, { maxValueBytes: upstream.settings.limits.vectorValueBytes });
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
