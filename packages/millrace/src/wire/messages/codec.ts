import type { ClientCodec, ServerCodec } from "../translation/codec.ts";
import { withNameRule } from "../translation/named-tools.ts";
import { UP_TO_128 } from "../translation/tool-names.ts";
import { adaptMessagesRequest } from "./adapt.ts";
import { checkMessagesRequest } from "./check.ts";
import { messagesTokenCount } from "./count-tokens.ts";
import { encodeMessagesRequest } from "./encode-request.ts";
import { MessagesStreamEncoder } from "./encode-stream.ts";
import { encodeMessagesError, encodeMessagesErrorEvent } from "./error.ts";
import { createMessagesObserver } from "./observer.ts";
import { decodeMessagesRequest } from "./request.ts";
import { createMessagesFold, encodeMessagesResponse, readMessagesReply } from "./response.ts";
import { messagesPath } from "./rules.ts";
import type { MessagesRules } from "./rules.ts";
import { MessagesStreamDecoder } from "./stream.ts";

/** The Messages dialect for clients. */
export const messagesClient: ClientCodec = {
  check: checkMessagesRequest,
  decodeRequest: decodeMessagesRequest,
  encodeResponse: encodeMessagesResponse,
  createAnswerFold: createMessagesFold,
  createStreamEncoder: (options) => new MessagesStreamEncoder(options),
  encodeError: encodeMessagesError,
  encodeErrorEvent: encodeMessagesErrorEvent,
};

/** The Messages dialect for servers with these rules. */
export function createMessagesServer(rules: MessagesRules): ServerCodec {
  const codec: ServerCodec = {
    routeOf: ({ model, stream }) => ({ path: messagesPath(rules, model, stream) }),
    encodeRequest: (request, options) => encodeMessagesRequest(request, options, rules),
    createStreamDecoder: (options) => new MessagesStreamDecoder(options),
    passing: {
      adapt: (json, options) => adaptMessagesRequest(json, options, rules),
      createObserver: createMessagesObserver,
      readReply: readMessagesReply,
    },
    ...(rules.countsTokens && { tokenCount: messagesTokenCount }),
  };
  return withNameRule(codec, UP_TO_128);
}
