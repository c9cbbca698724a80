import { adaptedBody } from "../../wire/assembly/body-editor.ts";
import type { PassingEmbeddings } from "../../wire/translation/embeddings.ts";
import type { ForwardReply, ForwardRequest } from "../provider.ts";
import { checkStrict, forwardReply, sendForward } from "./forward-request.ts";
import { readVectors } from "./json-reply.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Passes a request for vectors on in the dialect that it came in, and the vectors back. */
export async function forwardNativeEmbeddings(
  upstream: Upstream,
  request: ForwardRequest,
  passing: PassingEmbeddings,
  context: CallContext,
): Promise<ForwardReply> {
  const { model, body } = request;
  const adapted = adaptedBody(body, (json) => passing.adapt(json, { model, isClean: body.isClean }));
  checkStrict(upstream, request, adapted.changes);
  const forwarded = await sendForward(upstream, request, { ...passing.route(model), stream: false, adapted }, context);
  const { value, bytes } = await readVectors(upstream, forwarded.reply);
  const facts = passing.readReply(value, () => upstream.clock.wallNow());
  if ("kind" in facts) throw upstream.failures.error(facts, { requestId: forwarded.reply.requestId });
  return forwardReply(forwarded, { kind: "whole", bytes, ...facts });
}
