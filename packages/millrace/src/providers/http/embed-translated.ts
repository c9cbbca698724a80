import type { EmbeddingsRequest } from "../../model/request.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import type { EmbeddingsServerCodec } from "../../wire/translation/embeddings.ts";
import { readJson } from "./json-reply.ts";
import { warningOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Embeds texts with a server that speaks a dialect of its own. */
export async function embedTranslated(
  upstream: Upstream,
  codec: EmbeddingsServerCodec,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<EmbeddingsResponse> {
  const { settings, clock, failures } = upstream;
  const { model } = request;
  const { body, changes, refusal } = codec.encodeRequest(request);
  if (refusal !== undefined) throw failures.error(refusal);
  const startedMs = clock.now();
  const { path, query } = codec.route(model);
  const url = urlOf(settings, path, query);
  const { reply, applied } = await callLearning(upstream, { url, model, stream: false, json: body }, context);
  const limits = { maxValueBytes: settings.limits.vectorValueBytes };
  const decoded = codec.decodeReply((await readJson(upstream, reply, limits)).value, request);
  if ("kind" in decoded) throw failures.error(decoded, { requestId: reply.requestId });
  return {
    model,
    ...decoded,
    warnings: [
      ...changes.map(({ field, reason }) => ({ code: "parameter-dropped", message: `${field}: ${reason}` }) as const),
      ...applied.map(warningOf),
    ],
    provider: settings.name,
    latencyMs: Math.round(clock.now() - startedMs),
    ...(reply.requestId === undefined ? {} : { requestId: reply.requestId }),
  };
}
