import type { ClientCodec, ServerCodec } from "../translation/codec.ts";
import { withNameRule } from "../translation/named-tools.ts";
import { UP_TO_64 } from "../translation/tool-names.ts";
import { adaptResponsesRequest } from "./adapt.ts";
import { checkResponsesRequest } from "./check.ts";
import { encodeResponsesRequest } from "./encode-request.ts";
import { ResponsesStreamEncoder } from "./encode-stream.ts";
import { encodeResponsesError, encodeResponsesErrorEvent } from "./error.ts";
import { responsesTokenCount } from "./count-tokens.ts";
import { createResponsesObserver } from "./observer.ts";
import { decodeResponsesRequest } from "./request.ts";
import { createResponsesFold, encodeResponsesResponse, readResponsesReply } from "./response.ts";
import type { ResponsesRules } from "./rules.ts";
import { ResponsesStreamDecoder } from "./stream.ts";

/** The Responses dialect for clients. */
export const responsesClient: ClientCodec = {
  check: checkResponsesRequest,
  decodeRequest: decodeResponsesRequest,
  encodeResponse: encodeResponsesResponse,
  createAnswerFold: createResponsesFold,
  createStreamEncoder: (options) => new ResponsesStreamEncoder(options),
  encodeError: encodeResponsesError,
  encodeErrorEvent: encodeResponsesErrorEvent,
};

/** The Responses dialect for servers with these rules. */
export function createResponsesServer(rules: ResponsesRules): ServerCodec {
  const codec: ServerCodec = {
    routeOf: () => ({ path: "/responses" }),
    encodeRequest: (request, options) => encodeResponsesRequest(request, options, rules),
    createStreamDecoder: (options) => new ResponsesStreamDecoder(options),
    passing: {
      adapt: (json, options) => adaptResponsesRequest(json, options, rules),
      createObserver: createResponsesObserver,
      readReply: readResponsesReply,
    },
    ...(rules.countsTokens && { tokenCount: responsesTokenCount }),
  };
  return withNameRule(codec, UP_TO_64);
}
