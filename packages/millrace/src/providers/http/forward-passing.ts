import { adaptedBody } from "../../wire/assembly/body-editor.ts";
import type { ForwardBody, ForwardReply, ForwardRequest } from "../provider.ts";
import { AnswerEvents } from "./answer-events.ts";
import { answerOptions } from "./conversation.ts";
import type { Passing } from "./dialects.ts";
import { checkStrict, forwardReply, type Forwarded, sendForward } from "./forward-request.ts";
import { readJson } from "./json-reply.ts";
import { isJson } from "./media-type.ts";
import { PassedBytes } from "./passed-bytes.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import { withinStack } from "./within-stack.ts";

/** Passes a request on in the dialect that it came in. Whether its reply passes too is the profile's business. */
export async function forwardPassing(
  upstream: Upstream,
  request: ForwardRequest,
  passing: Passing,
  context: CallContext,
): Promise<ForwardReply> {
  const { body, model } = request;
  const { streamUpstream } = upstream.settings;
  // Streams are asked for as events, whatever form the client wants.
  const isMended = passing.streams === "mend" || request.operation === "generate-content-array";
  const stream = request.stream || (isMended && streamUpstream);
  const isClean = body.isClean === true;
  const options = { model, stream, isClean, translated: false };
  const adapted = withinStack(upstream, () => adaptedBody(body, (json) => passing.adapt(json, options)));
  checkStrict(upstream, request, adapted.changes);
  const call = { ...passing.routeOf({ model, stream }), stream, adapted };
  const forwarded = await sendForward(upstream, request, call, context);
  const reply = isMended ? decodedBody : passedBody;
  return forwardReply(forwarded, await reply(upstream, request, passing, forwarded));
}

async function passedBody(
  upstream: Upstream,
  { stream }: ForwardRequest,
  passing: Passing,
  { reply }: Forwarded,
): Promise<ForwardBody> {
  const { settings, clock, failures } = upstream;
  const wallNowMs = (): number => clock.wallNow();
  if (!stream || isJson(reply.contentType)) {
    const { value, bytes } = await readJson(upstream, reply);
    const facts = passing.readReply(value, wallNowMs);
    if ("kind" in facts) throw failures.error(facts, { requestId: reply.requestId });
    return { kind: "whole", bytes, ...facts };
  }
  const observer = passing.createObserver({
    limits: settings.limits,
    wallNowMs,
    dress: (failure) => failures.error(failure).failure,
  });
  return { kind: "byte-stream", observer, bytes: new PassedBytes(reply, observer, failures) };
}

/** The reply of a server whose own cannot be trusted to be whole and in order. */
async function decodedBody(
  upstream: Upstream,
  { model }: ForwardRequest,
  passing: Passing,
  { reply, startedMs }: Forwarded,
): Promise<ForwardBody> {
  const decoder = passing.createStreamDecoder(answerOptions(upstream, { requestedModel: model }));
  // What was left out of the request is told as a change of it.
  const events = new AnswerEvents(upstream, { reply, startedMs, decoder, warnings: [] });
  await events.prime();
  return { kind: "event-stream", events };
}
