import { adaptedBody } from "../../wire/assembly/body-editor.ts";
import { adaptCompletionRequest } from "../../wire/completions/adapt.ts";
import { CompletionStreamObserver } from "../../wire/completions/observer.ts";
import { type CompletionFacts, readCompletionReply } from "../../wire/completions/response.ts";
import { encodeSseEvent } from "../../wire/sse/encode.ts";
import type { ForwardBody, ForwardReply, ForwardRequest } from "../provider.ts";
import { forwardReply, sendForward } from "./forward-request.ts";
import { type JsonReply, readJson } from "./json-reply.ts";
import { isJson } from "./media-type.ts";
import { observerOptions } from "./observer-options.ts";
import { PassedBytes } from "./passed-bytes.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

const COMPLETIONS_PATH = "/completions";

/** Passes a request of the older completions protocol on. Its replies pass as they are. */
export async function forwardCompletion(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
): Promise<ForwardReply> {
  const { model, stream, body } = request;
  const rules = upstream.settings.profile.chat.request;
  const options = { model, stream, wantUsage: stream, rules, isClean: body.isClean };
  const adapted = adaptedBody(body, (json) => adaptCompletionRequest(json, options));
  const forwarded = await sendForward(upstream, request, { path: COMPLETIONS_PATH, stream, adapted }, context);
  return forwardReply(forwarded, await completionBody(upstream, request, forwarded.reply));
}

async function completionBody(upstream: Upstream, request: ForwardRequest, reply: UpstreamReply): Promise<ForwardBody> {
  if (!request.stream) {
    const { document, facts } = await readCompletion(upstream, reply);
    return { kind: "whole", bytes: document.bytes, ...facts };
  }
  const observer = new CompletionStreamObserver(observerOptions(upstream, request));
  if (!isJson(reply.contentType)) {
    return { kind: "byte-stream", observer, bytes: new PassedBytes(reply, observer, upstream.failures) };
  }
  const { document } = await readCompletion(upstream, reply);
  return { kind: "byte-stream", observer, bytes: asStream(document) };
}

async function readCompletion(
  upstream: Upstream,
  reply: UpstreamReply,
): Promise<{ readonly document: JsonReply; readonly facts: CompletionFacts }> {
  const { profile } = upstream.settings;
  const { costField } = profile.chat.reply;
  const document = await readJson(upstream, reply);
  const facts = readCompletionReply(document.value, {
    wallNowMs: () => upstream.clock.wallNow(),
    ...(costField === undefined ? {} : { costField }),
  });
  if ("kind" in facts) throw upstream.failures.error(facts, { requestId: reply.requestId });
  return { document, facts };
}

/** A whole reply as a stream of one chunk: in this protocol both have the same shape. */
async function* asStream({ value }: JsonReply): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(encodeSseEvent(JSON.stringify(value)) + encodeSseEvent("[DONE]"));
}
