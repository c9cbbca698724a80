import type { EmbeddingsInput, EmbeddingsRequest } from "../../model/request.ts";
import { splitInputs } from "../../wire/embeddings/batch.ts";
import type { EmbeddingsServerCodec } from "../../wire/translation/embeddings.ts";
import { type Embedded, type EmbeddedBatch, embedInBatches } from "./embedding-batches.ts";
import { readVectors } from "./json-reply.ts";
import { changeOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Embeds texts with a server that speaks a dialect of its own, in as many requests as its limit on inputs needs. */
export async function embedTranslated(
  upstream: Upstream,
  codec: EmbeddingsServerCodec,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<Embedded> {
  const { maxInputs } = upstream.settings.profile.embeddings;
  // A part of a list of inputs is such a list.
  const inputs = splitInputs(request.input, maxInputs) as readonly [EmbeddingsInput, ...EmbeddingsInput[]];
  return embedInBatches(upstream, inputs, (input) => embedBatch(upstream, codec, { ...request, input }, context));
}

async function embedBatch(
  upstream: Upstream,
  codec: EmbeddingsServerCodec,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<EmbeddedBatch> {
  const { settings, failures } = upstream;
  const { model } = request;
  const { body, changes, refusal } = codec.encodeRequest(request);
  if (refusal !== undefined) throw failures.error(refusal);
  const { path, query } = codec.route(model);
  const url = urlOf(settings, path, query);
  const { reply, applied } = await callLearning(upstream, { url, model, stream: false, json: body }, context);
  const { value } = await readVectors(upstream, reply);
  const vectors = codec.decodeReply(value, request);
  if ("kind" in vectors) throw failures.error(vectors, { requestId: reply.requestId });
  return {
    decoded: { model, ...vectors, warnings: [] },
    changes: [...changes, ...applied.map(changeOf)],
    requestId: reply.requestId,
  };
}
