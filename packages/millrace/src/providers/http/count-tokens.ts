import type { TokenCountRequest } from "../provider.ts";
import { reasoningCodec, serverCodec } from "./dialects.ts";
import { readJson } from "./json-reply.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import { withinStack } from "./within-stack.ts";

/** Asks the server how many tokens a request has, where it counts them and the request can be sent to it at all. */
export async function countTokens(
  upstream: Upstream,
  { operation, model, request }: TokenCountRequest,
  context: CallContext,
): Promise<number | undefined> {
  const { settings } = upstream;
  const { encodeRequest, tokenCount } = reasoningCodec(settings.profile) ?? serverCodec(settings.profile, model);
  if (tokenCount === undefined) return undefined;
  const translated = !settings.profile.operations.includes(operation);
  const { body, refusal } = withinStack(upstream, () =>
    encodeRequest({ ...request, model }, { model, stream: false, translated }),
  );
  if (refusal !== undefined) return undefined;
  const { path, query } = tokenCount.routeOf(model);
  const json = tokenCount.questionOf(body, model);
  const url = urlOf(settings, path, query);
  const { reply } = await callLearning(upstream, { url, model, stream: false, json }, context);
  const { value } = await readJson(upstream, reply);
  return tokenCount.readReply(value);
}
