import { randomUUID } from "node:crypto";
import type { Change } from "../../model/change.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ProviderResponse } from "../../model/response.ts";
import type { Warning } from "../../model/warning.ts";
import { checkForTarget } from "../../wire/chat-completions/check-target.ts";
import { encodeChatRequest } from "../../wire/chat-completions/request.ts";
import type { ReplyOptions } from "../../wire/chat-completions/reply-options.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { ChatEvents } from "./chat-events.ts";
import { warningOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Below the base URL. */
export const CHAT_PATH = "/chat/completions";

/** Sends a request and opens its reply. `stream` is what the server is asked for; the reply may differ. */
export async function openChat(
  upstream: Upstream,
  request: InferenceRequest,
  stream: boolean,
  context: CallContext,
): Promise<ChatEvents> {
  const { settings, clock } = upstream;
  const { model, tools, parallelToolCalls } = request;
  const { body, changes } = encodeChatRequest(request, {
    stream,
    rules: settings.profile.chat.request,
    wantUsage: stream,
  });
  const wrong = checkForTarget(body, settings.profile.chat.request);
  if (wrong !== undefined) throw upstream.failures.error(wrong);
  const startedMs = clock.now();
  const call = { url: urlOf(settings, CHAT_PATH), model, stream, json: body };
  const { reply, applied } = await callLearning(upstream, call, context);
  return new ChatEvents(upstream, {
    reply,
    startedMs,
    warnings: [...changes.filter(isDropped).map(droppedWarning), ...applied.map(warningOf)],
    options: replyOptions(upstream, {
      requestedModel: model,
      ...(tools === undefined ? {} : { toolNames: tools.flatMap((tool) => ("name" in tool ? [tool.name] : [])) }),
      ...(parallelToolCalls === undefined ? {} : { parallelToolCalls }),
    }),
  });
}

/** The whole answer of a reply. */
export async function answerOf(events: ChatEvents, upstream: Upstream): Promise<ProviderResponse> {
  let response: ProviderResponse | undefined;
  for await (const batch of events) {
    for (const event of batch) if (event.type === "finish") response = event.response;
  }
  if (response === undefined)
    throw upstream.failures.error(failureOf("truncated", "The answer ended without a finish."));
  return response;
}

/** What decoding a reply of this provider needs, with what is known of the request. */
export function replyOptions(
  { settings, clock }: Upstream,
  request: Pick<ReplyOptions, "requestedModel" | "toolNames" | "parallelToolCalls">,
): ReplyOptions {
  return {
    ...request,
    rules: settings.profile.chat.reply,
    limits: settings.limits,
    wallNowMs: () => clock.wallNow(),
    makeId: () => randomUUID().replaceAll("-", ""),
  };
}

function isDropped({ action }: Change): boolean {
  return action === "dropped";
}

function droppedWarning({ field, reason }: Change): Warning {
  return { code: "parameter-dropped", message: `${field} was left out: ${reason}` };
}
