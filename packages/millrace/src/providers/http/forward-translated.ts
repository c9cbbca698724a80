import type { ServerCodec } from "../../wire/translation/codec.ts";
import type { ForwardReply, ForwardRequest, TranslatedRequest } from "../provider.ts";
import { AnswerEvents } from "./answer-events.ts";
import { answerOptions, askedOf, sendConversation } from "./conversation.ts";
import { serverCodec } from "./dialects.ts";
import { withClientBetas } from "./client-betas.ts";
import { checkStrict } from "./forward-request.ts";
import { changeOf } from "./learned-parameters.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import { withinStack } from "./within-stack.ts";

/** Asks what a client asked in another dialect than the server's. The reply is given as events. */
export async function forwardTranslated(
  upstream: Upstream,
  forward: ForwardRequest,
  asked: TranslatedRequest,
  context: CallContext,
  codec: ServerCodec = serverCodec(upstream.settings.profile, forward.model),
): Promise<ForwardReply> {
  if (asked.answer !== undefined) {
    return { status: 200, headers: {}, changes: [], body: { kind: "whole", bytes: asked.answer } };
  }
  if (asked.refusal !== undefined) throw upstream.failures.error(asked.refusal);
  const { model } = forward;
  const request = { ...asked.request, model };
  const stream = forward.stream || upstream.settings.streamUpstream || codec.onlyStreams?.(request) === true;
  const encoded = withinStack(upstream, () => codec.encodeRequest(request, { model, stream, translated: true }));
  const { body, changes: lost } = withClientBetas(encoded.body, forward.headers, { codec, model });
  const changes = [...asked.changes, ...encoded.changes, ...lost];
  checkStrict(upstream, forward, changes);
  const startedMs = upstream.clock.now();
  const { reply, applied } = await sendConversation(
    upstream,
    codec,
    { ...encoded, body },
    { model, stream, strict: forward.strict },
    context,
  );
  const decoder = codec.createStreamDecoder(answerOptions(upstream, askedOf(request)));
  // What was left out of the request is told as a change of it.
  const events = new AnswerEvents(upstream, { reply, startedMs, decoder, warnings: [] });
  await events.prime();
  const { status, headers, requestId } = reply;
  return {
    status,
    headers,
    ...(requestId === undefined ? {} : { requestId }),
    changes: [...changes, ...applied.map(changeOf)],
    body: { kind: "event-stream", events },
  };
}
