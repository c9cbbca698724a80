import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type AdaptedBody, adaptedBody } from "../../wire/assembly/body-editor.ts";
import { sniffBody } from "../../wire/assembly/body-kind.ts";
import { adaptChatRequest, adaptChatRequestInSteps, type AdaptOptions } from "../../wire/chat-completions/adapt.ts";
import { checkForTarget, checkForTargetInSteps } from "../../wire/chat-completions/check-target.ts";
import { ChatStreamObserver } from "../../wire/chat-completions/observer.ts";
import { plainReplyFacts, type ReplyFacts } from "../../wire/chat-completions/reply-facts.ts";
import { decodeChatResponse } from "../../wire/chat-completions/response.ts";
import type { ReplyOptions } from "../../wire/chat-completions/reply-options.ts";
import { ChatStreamDecoder } from "../../wire/chat-completions/stream.ts";
import { arrayOf, booleanOf, objectOf } from "../../wire/json/read.ts";
import type { ForwardBody, ForwardReply, ForwardRequest, LargeBody, RequestBody } from "../provider.ts";
import { AnswerEvents } from "./answer-events.ts";
import { answerOptions } from "./conversation.ts";
import { checkStrict, forwardReply, type Forwarded, sendForward } from "./forward-request.ts";
import { parseReply, readAnswer } from "./json-reply.ts";
import { isEventStream, isJson } from "./media-type.ts";
import { observerOptions } from "./observer-options.ts";
import { PassedBytes } from "./passed-bytes.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import { withinStack } from "./within-stack.ts";

/** Below the base URL. */
const CHAT_PATH = "/chat/completions";

/** Passes a chat request on. Whether the reply passes as it is or is decoded is the profile's business. */
export async function forwardChat(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
): Promise<ForwardReply> {
  const { profile, streamUpstream } = upstream.settings;
  const stream = request.stream || streamUpstream;
  const rules = profile.chat.request;
  const options = { model: request.model, stream, wantUsage: stream, rules, isClean: request.body.isClean };
  const { body } = request;
  const { adapted, wrong } =
    body.large === undefined
      ? withinStack(upstream, () => fitted(body, options))
      : await fittedLarge(body, body.large, options);
  if (wrong !== undefined) throw upstream.failures.error(wrong);
  checkStrict(upstream, request, adapted.changes);
  const forwarded = await sendForward(upstream, request, { path: CHAT_PATH, stream, adapted }, context);
  return forwardReply(forwarded, await chatBody(upstream, request, forwarded));
}

/** A body made fit for its target, and why it cannot be sent there nevertheless. */
interface Fitted {
  readonly adapted: AdaptedBody;
  readonly wrong: Failure | undefined;
}

function fitted(body: RequestBody, options: AdaptOptions): Fitted {
  const adapted = adaptedBody(body, (json) => adaptChatRequest(json, options));
  return { adapted, wrong: checkForTarget(adapted.body, options.rules) };
}

async function fittedLarge(body: RequestBody, { inTurns }: LargeBody, options: AdaptOptions): Promise<Fitted> {
  const outlined = await inTurns(adaptChatRequestInSteps(body.outline, options));
  const adapted = adaptedBody(body, () => outlined);
  return { adapted, wrong: await inTurns(checkForTargetInSteps(adapted.body, options.rules)) };
}

async function chatBody(upstream: Upstream, request: ForwardRequest, forwarded: Forwarded): Promise<ForwardBody> {
  const { reply } = forwarded;
  const { profile } = upstream.settings;
  const passes = profile.streams === "pass";
  if (passes && !request.stream && isJson(reply.contentType)) return wholeChat(upstream, request, forwarded);
  if (isEventStream(reply.contentType)) {
    if (!passes || !request.stream) {
      return { kind: "event-stream", events: eventsOf(upstream, request, forwarded) };
    }
    const observer = new ChatStreamObserver(observerOptions(upstream, request));
    return { kind: "byte-stream", observer, bytes: new PassedBytes(reply, observer, upstream.failures) };
  }
  return firstEvents(eventsOf(upstream, request, forwarded));
}

/** A reply of another form than was asked for, or that has to be mended: decoded, whatever it is. */
async function firstEvents(events: AnswerEvents): Promise<ForwardBody> {
  await events.prime();
  return { kind: "event-stream", events };
}

async function wholeChat(upstream: Upstream, request: ForwardRequest, forwarded: Forwarded): Promise<ForwardBody> {
  const { reply } = forwarded;
  const read = await readAnswer(upstream, reply);
  if (sniffBody(read) === "events") {
    return firstEvents(eventsOf(upstream, request, forwarded, read));
  }
  const { value, bytes } = parseReply(upstream, reply, read);
  const { costField } = upstream.settings.profile.chat.reply;
  const facts = plainReplyFacts(value, costField) ?? decodedFacts(upstream, request, forwarded, value);
  return { kind: "whole", bytes, ...facts };
}

function decodedFacts(upstream: Upstream, request: ForwardRequest, { reply }: Forwarded, value: JsonValue): ReplyFacts {
  const answer = decodeChatResponse(value, replyOptions(upstream, request));
  if ("kind" in answer) throw upstream.failures.error(answer, { requestId: reply.requestId });
  const { model, usage, choices } = answer;
  return { model, rawFinishReason: choices[0]?.rawFinishReason ?? null, ...(usage && { usage }) };
}

/** The reply as events; `bytes` is its body, where that was read already. */
function eventsOf(
  upstream: Upstream,
  request: ForwardRequest,
  { reply, startedMs }: Forwarded,
  bytes?: Uint8Array,
): AnswerEvents {
  const decoder = new ChatStreamDecoder(replyOptions(upstream, request));
  // What was left out of the request is told as a change of it.
  return new AnswerEvents(upstream, { reply, startedMs, decoder, warnings: [], ...(bytes && { bytes }) });
}

function replyOptions(upstream: Upstream, { body, model }: ForwardRequest): ReplyOptions {
  const parallelToolCalls = booleanOf(body.outline["parallel_tool_calls"]);
  const options = answerOptions(upstream, {
    requestedModel: model,
    ...(body.outline["tools"] === undefined ? {} : { toolNames: toolNames(body.outline) }),
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
  });
  return { ...options, rules: upstream.settings.profile.chat.reply };
}

function toolNames(json: JsonObject): readonly string[] {
  const names = arrayOf(json["tools"]).map((tool) => objectOf(objectOf(tool)?.["function"])?.["name"]);
  return names.filter((name) => typeof name === "string");
}
