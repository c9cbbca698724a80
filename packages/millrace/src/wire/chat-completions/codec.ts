import { withAllowedTools } from "./allowed-tools.ts";
import { encodeChatError, encodeChatErrorEvent } from "./error.ts";
import { ChatStreamEncoder } from "./encode-stream.ts";
import { checkForTarget } from "./check-target.ts";
import { checkChatRequest, decodeChatRequest, encodeChatRequest } from "./request.ts";
import { encodeChatResponse } from "./response.ts";
import type { ChatRules } from "./rules.ts";
import { ChatStreamDecoder } from "./stream.ts";
import { plainRequest, type PlainRequest } from "./plain-request.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { objectOf } from "../json/read.ts";
import type { ClientCodec, ServerCodec } from "../translation/codec.ts";
import { withNameRule } from "../translation/named-tools.ts";
import { UP_TO_64 } from "../translation/tool-names.ts";

/** Chat completions for clients. */
export const chatClient: ClientCodec = {
  check: checkChatRequest,
  decodeRequest: (json) => withAllowedTools(withoutTransfer(decodeChatRequest(json))),
  encodeResponse: (response, { createdSec }) => encodeChatResponse({ created: createdSec, ...response }),
  createStreamEncoder: (options) => new ChatStreamEncoder(options),
  encodeError: encodeChatError,
  encodeErrorEvent: encodeChatErrorEvent,
};

/** How its answer is streamed is said to the gateway, which sees to that. */
function withoutTransfer({ extra, ...request }: InferenceRequest): InferenceRequest {
  const { stream_options: given, ...others } = extra ?? {};
  const { include_usage: _usage, include_obfuscation: _padding, ...more } = objectOf(given) ?? {};
  const rest = { ...others, ...(Object.keys(more).length > 0 && { stream_options: more }) };
  return Object.keys(rest).length === 0 ? request : { ...request, extra: rest };
}

/** Chat completions for servers with these rules. A client's own body passes by `adapt.ts` and `observer.ts`. */
export function createChatServer(rules: ChatRules): ServerCodec {
  const codec: ServerCodec = {
    routeOf: () => ({ path: "/chat/completions" }),
    encodeRequest: (given, { model, stream, translated }) => {
      const plain: PlainRequest = translated ? plainRequest(given, rules.request) : { request: given, changes: [] };
      const options = { stream, rules: rules.request, wantUsage: stream };
      const { body, changes } = encodeChatRequest({ ...plain.request, model }, options);
      const refusal = plain.refusal ?? checkForTarget(body, rules.request);
      // How it streams is no part of what was asked in another dialect.
      const told = translated ? changes.filter(({ field }) => !/^stream(?:_options|$)/u.test(field)) : changes;
      return { body, changes: [...plain.changes, ...told], ...(refusal && { refusal }) };
    },
    createStreamDecoder: (options) => new ChatStreamDecoder({ ...options, rules: rules.reply }),
  };
  return rules.request.toolNames === "strict" ? withNameRule(codec, UP_TO_64) : codec;
}
