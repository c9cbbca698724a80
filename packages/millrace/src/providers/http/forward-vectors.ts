import type { ForwardReply, ForwardRequest, TranslatedEmbeddings } from "../provider.ts";
import { embedTelling } from "./embeddings.ts";
import { checkStrict } from "./forward-request.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { VectorWidths } from "./vector-widths.ts";

/** Embeds what a client asked for in another dialect than the server's. */
export async function forwardVectors(
  upstream: Upstream,
  widths: VectorWidths,
  forward: ForwardRequest,
  asked: TranslatedEmbeddings,
  context: CallContext,
): Promise<ForwardReply> {
  const request = { ...asked.request, model: forward.model };
  const { response, changes: made } = await embedTelling(upstream, widths, request, context);
  const { vectors, usage, model, requestId } = response;
  const changes = [...asked.changes, ...made];
  checkStrict(upstream, forward, changes);
  return {
    status: 200,
    headers: {},
    ...(requestId === undefined ? {} : { requestId }),
    changes,
    body: { kind: "vectors", vectors, model, ...(usage && { usage }) },
  };
}
