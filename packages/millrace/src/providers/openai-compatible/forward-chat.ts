import type { JsonObject, JsonValue } from "../../model/json.ts";
import { sniffBody } from "../../wire/assembly/body-kind.ts";
import { adaptChatRequest } from "../../wire/chat-completions/adapt.ts";
import { checkForTarget } from "../../wire/chat-completions/check-target.ts";
import { ChatStreamObserver } from "../../wire/chat-completions/observer.ts";
import { plainReplyFacts, type ReplyFacts } from "../../wire/chat-completions/reply-facts.ts";
import { decodeChatResponse } from "../../wire/chat-completions/response.ts";
import { arrayOf, booleanOf, objectOf } from "../../wire/json/read.ts";
import type { ForwardBody, ForwardReply, ForwardRequest } from "../provider.ts";
import { CHAT_PATH, replyOptions } from "./chat.ts";
import { ChatEvents, type ChatReply } from "./chat-events.ts";
import { forwardReply, type Forwarded, sendForward } from "./forward-request.ts";
import { parseReply, readAnswer } from "./json-reply.ts";
import { isEventStream, isJson } from "./media-type.ts";
import { observerOptions } from "./observer-options.ts";
import { PassedBytes } from "./passed-bytes.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Passes a chat request on. Whether the reply passes as it is or is decoded is the profile's business. */
export async function forwardChat(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
): Promise<ForwardReply> {
  const { profile, streamUpstream } = upstream.settings;
  const stream = request.stream || streamUpstream;
  const rules = profile.chat.request;
  const adapted = adaptChatRequest(request.body.json, { model: request.model, stream, wantUsage: stream, rules });
  const wrong = checkForTarget(adapted.body, rules);
  if (wrong !== undefined) throw upstream.failures.error(wrong);
  const forwarded = await sendForward(upstream, request, { path: CHAT_PATH, stream, adapted }, context);
  return forwardReply(forwarded, await chatBody(upstream, request, forwarded));
}

async function chatBody(upstream: Upstream, request: ForwardRequest, forwarded: Forwarded): Promise<ForwardBody> {
  const { reply } = forwarded;
  const passes = upstream.settings.profile.streams === "pass";
  const chat = chatReply(upstream, request, forwarded);
  if (isEventStream(reply.contentType)) {
    if (!passes || !request.stream) return { kind: "event-stream", events: new ChatEvents(upstream, chat) };
    const observer = new ChatStreamObserver(observerOptions(upstream, request));
    return { kind: "byte-stream", observer, bytes: new PassedBytes(reply, observer, upstream.failures) };
  }
  if (passes && !request.stream && isJson(reply.contentType)) return wholeChat(upstream, chat);
  return firstEvents(upstream, chat);
}

/** A reply of another form than was asked for, or that has to be mended: decoded, whatever it is. */
async function firstEvents(upstream: Upstream, chat: ChatReply): Promise<ForwardBody> {
  const events = new ChatEvents(upstream, chat);
  await events.prime();
  return { kind: "event-stream", events };
}

async function wholeChat(upstream: Upstream, chat: ChatReply): Promise<ForwardBody> {
  const { reply, options } = chat;
  const read = await readAnswer(upstream, reply);
  if (sniffBody(read) === "events") return firstEvents(upstream, { ...chat, bytes: read });
  const { value, bytes } = parseReply(upstream, reply, read);
  const facts = plainReplyFacts(value, options.rules.costField) ?? decodedFacts(upstream, chat, value);
  return { kind: "whole", bytes, ...facts };
}

function decodedFacts(upstream: Upstream, { reply, options }: ChatReply, value: JsonValue): ReplyFacts {
  const answer = decodeChatResponse(value, options);
  if ("kind" in answer) throw upstream.failures.error(answer, { requestId: reply.requestId });
  const { model, usage, choices } = answer;
  return { model, rawFinishReason: choices[0]?.rawFinishReason ?? null, ...(usage && { usage }) };
}

function chatReply(upstream: Upstream, { body, model }: ForwardRequest, { reply, startedMs }: Forwarded): ChatReply {
  const parallelToolCalls = booleanOf(body.json["parallel_tool_calls"]);
  const options = replyOptions(upstream, {
    requestedModel: model,
    ...(body.json["tools"] === undefined ? {} : { toolNames: toolNames(body.json) }),
    ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
  });
  // What was left out of the request is told as a change of it.
  return { reply, startedMs, options, warnings: [] };
}

function toolNames(json: JsonObject): readonly string[] {
  const names = arrayOf(json["tools"]).map((tool) => objectOf(objectOf(tool)?.["function"])?.["name"]);
  return names.filter((name) => typeof name === "string");
}
