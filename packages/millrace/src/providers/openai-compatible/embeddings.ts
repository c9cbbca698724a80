import type { EmbeddingsRequest } from "../../model/request.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { countInputs, encodeEmbeddingsRequest } from "../../wire/embeddings/request.ts";
import { type DecodedEmbeddings, decodeEmbeddings } from "../../wire/embeddings/response.ts";
import { type JsonReply, readJson } from "./json-reply.ts";
import { warningOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";
import type { VectorWidths } from "./vector-widths.ts";

/** Below the base URL. */
export const EMBEDDINGS_PATH = "/embeddings";

/** Embeds texts. Vectors come as numbers, in the order of the inputs, however they crossed the wire. */
export async function embed(
  upstream: Upstream,
  widths: VectorWidths,
  request: EmbeddingsRequest,
  context: CallContext,
): Promise<EmbeddingsResponse> {
  const { settings, clock } = upstream;
  const { model, dimensions, input } = request;
  requireEmbeddings(upstream);
  const { encodingFormat: preferred } = settings.profile.embeddings;
  const json = encodeEmbeddingsRequest(preferred === "unset" ? request : { encodingFormat: preferred, ...request });
  const url = urlOf(settings, EMBEDDINGS_PATH);
  const startedMs = clock.now();
  const { reply, applied } = await callLearning(upstream, { url, model, stream: false, json }, context);
  const { decoded } = await readEmbeddings(upstream, reply, { model, inputs: countInputs(input) });
  return {
    ...decoded,
    warnings: [
      ...applied.map(warningOf),
      ...decoded.warnings,
      ...widths.check(model, dimensions, decoded.vectors[0]?.length),
    ],
    provider: settings.name,
    latencyMs: Math.round(clock.now() - startedMs),
    ...(reply.requestId === undefined ? {} : { requestId: reply.requestId }),
  };
}

/** Reads a reply, and checks that it has a vector for each input. */
export async function readEmbeddings(
  upstream: Upstream,
  reply: UpstreamReply,
  asked: { readonly model: string; readonly inputs: number },
): Promise<{ readonly document: JsonReply; readonly decoded: DecodedEmbeddings }> {
  const { costField } = upstream.settings.profile.chat.reply;
  const document = await readJson(upstream, reply);
  const decoded = decodeEmbeddings(document.value, {
    requestedModel: asked.model,
    inputs: asked.inputs,
    wallNowMs: () => upstream.clock.wallNow(),
    ...(costField === undefined ? {} : { costField }),
  });
  if ("kind" in decoded) throw upstream.failures.error(decoded, { requestId: reply.requestId });
  return { document, decoded };
}

/** Refuses where the server is known not to embed. */
function requireEmbeddings({ settings, failures }: Upstream): void {
  const { operations, label } = settings.profile;
  if (operations.includes("embeddings")) return;
  throw failures.error(failureOf("unsupported", `${label} does not make embeddings: ask another provider.`));
}
