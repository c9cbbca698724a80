import { randomUUID } from "node:crypto";
import type { Change } from "../../model/change.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ProviderResponse } from "../../model/response.ts";
import type { AnswerOptions } from "../../wire/assembly/answer-options.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { EncodedRequest, ServerCodec } from "../../wire/translation/codec.ts";
import { AnswerEvents } from "./answer-events.ts";
import { changeWarning } from "./change-warning.ts";
import { serverCodec } from "./dialects.ts";
import { type LearnedReply, type LearningRequest, callLearning } from "./learning-call.ts";
import { warningOf } from "./learned-parameters.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import { withinStack } from "./within-stack.ts";

/** Sends a request and opens its reply. `wantsStream` is what the server is asked for, where it can; the reply may differ. */
export async function openConversation(
  upstream: Upstream,
  request: InferenceRequest,
  wantsStream: boolean,
  context: CallContext,
): Promise<AnswerEvents> {
  const { model } = request;
  const codec = serverCodec(upstream.settings.profile, model);
  const stream = wantsStream || codec.onlyStreams?.(request) === true;
  const encoded = withinStack(upstream, () => codec.encodeRequest(request, { model, stream, translated: false }));
  const startedMs = upstream.clock.now();
  const { reply, applied } = await sendConversation(upstream, codec, encoded, { model, stream }, context);
  return new AnswerEvents(upstream, {
    reply,
    startedMs,
    warnings: [...encoded.changes.filter(isDropped).map(changeWarning), ...applied.map(warningOf)],
    decoder: codec.createStreamDecoder(answerOptions(upstream, askedOf(request))),
  });
}

/** Sends a request that was written for the server, where it can be sent. */
export function sendConversation(
  upstream: Upstream,
  { routeOf }: ServerCodec,
  { body, refusal }: EncodedRequest,
  asked: Pick<LearningRequest, "model" | "stream" | "strict">,
  context: CallContext,
): Promise<LearnedReply> {
  if (refusal !== undefined) throw upstream.failures.error(refusal);
  const { path, query } = routeOf(asked);
  return callLearning(upstream, { ...asked, url: urlOf(upstream.settings, path, query), json: body }, context);
}

/** The whole answer of a reply. */
export async function answerOf(events: AnswerEvents, upstream: Upstream): Promise<ProviderResponse> {
  let response: ProviderResponse | undefined;
  for await (const batch of events) {
    for (const event of batch) if (event.type === "finish") response = event.response;
  }
  if (response === undefined)
    throw upstream.failures.error(failureOf("truncated", "The answer ended without a finish."));
  return response;
}

type Asked = Pick<AnswerOptions, "requestedModel" | "toolNames" | "parallelToolCalls">;

/** What of a request its answer is held against. */
export function askedOf({ model, tools, parallelToolCalls }: InferenceRequest): Asked {
  return {
    requestedModel: model,
    ...(tools === undefined ? {} : { toolNames: tools.flatMap((tool) => ("name" in tool ? [tool.name] : [])) }),
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
  };
}

/** What decoding a reply of this provider needs, with what is known of the request. */
export function answerOptions({ settings, clock }: Upstream, request: Asked): AnswerOptions {
  return {
    ...request,
    limits: settings.limits,
    wallNowMs: () => clock.wallNow(),
    makeId: () => randomUUID().replaceAll("-", ""),
  };
}

function isDropped({ action }: Change): boolean {
  return action === "dropped";
}
