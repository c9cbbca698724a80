import type { EmbeddingsInput, EmbeddingsRequest } from "../../model/request.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import { joinBatches, splitInputs } from "../../wire/embeddings/batch.ts";
import type { DecodedEmbeddings } from "../../wire/embeddings/response.ts";
import type { EmbeddingsServerCodec } from "../../wire/translation/embeddings.ts";
import { readJson } from "./json-reply.ts";
import { warningOf, withoutRepeats } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import type { Remedy } from "./remedy.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Embeds texts with a server that speaks a dialect of its own, in as many requests as its limit on inputs needs. */
export async function embedTranslated(
  upstream: Upstream,
  codec: EmbeddingsServerCodec,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<EmbeddingsResponse> {
  const { settings, clock } = upstream;
  const startedMs = clock.now();
  const ask = (input: EmbeddingsInput): Promise<Embedded> =>
    embedBatch(upstream, codec, { ...request, input }, context);
  // A part of a list of inputs is such a list.
  const inputs = splitInputs(request.input, settings.profile.embeddings.maxInputs) as readonly EmbeddingsInput[];
  const [input = request.input, ...later] = inputs;
  const first = await ask(input);
  const rest: Embedded[] = [];
  for (const batch of later) rest.push(await ask(batch));
  const decoded = joinBatches(
    first.decoded,
    rest.map((batch) => batch.decoded),
  );
  const applied = withoutRepeats([first, ...rest].flatMap((batch) => batch.applied));
  return {
    ...decoded,
    warnings: [...first.decoded.warnings, ...applied.map(warningOf)],
    provider: settings.name,
    latencyMs: Math.round(clock.now() - startedMs),
    ...(first.requestId === undefined ? {} : { requestId: first.requestId }),
  };
}

/** The answer to one request, and what had to be left out of it. */
interface Embedded {
  readonly decoded: DecodedEmbeddings;
  readonly applied: readonly Remedy[];
  readonly requestId: string | undefined;
}

async function embedBatch(
  upstream: Upstream,
  codec: EmbeddingsServerCodec,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<Embedded> {
  const { settings, failures } = upstream;
  const { model } = request;
  const { body, changes, refusal } = codec.encodeRequest(request);
  if (refusal !== undefined) throw failures.error(refusal);
  const { path, query } = codec.route(model);
  const url = urlOf(settings, path, query);
  const { reply, applied } = await callLearning(upstream, { url, model, stream: false, json: body }, context);
  const { value } = await readJson(upstream, reply, { maxValueBytes: settings.limits.vectorValueBytes });
  const vectors = codec.decodeReply(value, request);
  if ("kind" in vectors) throw failures.error(vectors, { requestId: reply.requestId });
  const warnings = changes.map(
    ({ field, reason }) => ({ code: "parameter-dropped", message: `${field}: ${reason}` }) as const,
  );
  return { decoded: { model, ...vectors, warnings }, applied, requestId: reply.requestId };
}
