import { DEFAULT_LIMITS } from "../../packages/millrace/src/model/limits.ts";
import { adaptChatRequest } from "../../packages/millrace/src/wire/chat-completions/adapt.ts";
import { ChatStreamObserver } from "../../packages/millrace/src/wire/chat-completions/observer.ts";
import { checkForTarget } from "../../packages/millrace/src/wire/chat-completions/check-target.ts";
import type { ChatRules } from "../../packages/millrace/src/wire/chat-completions/rules.ts";
import type { Passing } from "./dialect.ts";

/** Chat completions on both sides, as every other dialect says it. */
export function chatPassing({ request, reply }: ChatRules): Passing {
  return {
    adapt: (json, { model, stream }) => adaptChatRequest(json, { model, stream, wantUsage: stream, rules: request }),
    refuses: (body) => checkForTarget(body, request),
    createObserver: ({ wallNowMs }) =>
      new ChatStreamObserver({
        wantsUsage: true,
        maxEventBytes: DEFAULT_LIMITS.eventBytes,
        wallNowMs,
        unreadableChunk: reply.unreadableChunk,
      }),
  };
}
