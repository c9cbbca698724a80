import { encodeChatError, encodeChatErrorEvent } from "./error.ts";
import { ChatStreamEncoder } from "./encode-stream.ts";
import { checkForTarget } from "./check-target.ts";
import { checkChatRequest, decodeChatRequest, encodeChatRequest } from "./request.ts";
import { encodeChatResponse } from "./response.ts";
import type { ChatRules } from "./rules.ts";
import { ChatStreamDecoder } from "./stream.ts";
import { plainRequest } from "./plain-request.ts";
import type { ClientCodec, ServerCodec } from "../translation/codec.ts";

/** Chat completions for clients. */
export const chatClient: ClientCodec = {
  check: checkChatRequest,
  decodeRequest: (json) => ({ request: decodeChatRequest(json), changes: [] }),
  encodeResponse: encodeChatResponse,
  createStreamEncoder: (options) => new ChatStreamEncoder(options),
  encodeError: encodeChatError,
  encodeErrorEvent: encodeChatErrorEvent,
};

/** Chat completions for servers with these rules. A client's own body passes by `adapt.ts` and `observer.ts`. */
export function createChatServer(rules: ChatRules): ServerCodec {
  return {
    routeOf: () => ({ path: "/chat/completions" }),
    encodeRequest: (given, { model, stream, translated }) => {
      const plain = translated ? plainRequest(given, rules.request) : { request: given, changes: [] };
      const options = { stream, rules: rules.request, wantUsage: stream };
      const { body, changes } = encodeChatRequest({ ...plain.request, model }, options);
      const refusal = checkForTarget(body, rules.request);
      return { body, changes: [...plain.changes, ...changes], ...(refusal && { refusal }) };
    },
    createStreamDecoder: (options) => new ChatStreamDecoder({ ...options, rules: rules.reply }),
  };
}
