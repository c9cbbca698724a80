import type { ClientCodec, ServerCodec } from "../translation/codec.ts";
import { withNameRule } from "../translation/named-tools.ts";
import { DOTTED_UP_TO_128 } from "../translation/tool-names.ts";
import { adaptRequest } from "./adapt.ts";
import { checkRequest } from "./check.ts";
import { generateContentTokenCount } from "./count-tokens.ts";
import { createGenerateContentStreamEncoder } from "./encode-stream.ts";
import { encodeError, encodeErrorEvent, errorBody } from "./error.ts";
import { routeOf } from "./model-path.ts";
import { createObserver } from "./observer.ts";
import { readReply } from "./reply-facts.ts";
import { decodeRequest, encodeRequest } from "./request.ts";
import { encodeResponse } from "./response.ts";
import { isAmong } from "./rules.ts";
import type { GenerateContentRules } from "./rules.ts";
import { GenerateContentStreamDecoder } from "./stream.ts";

/** For clients of the Gemini API, whose streams are server-sent events. */
export const generateContentClient: ClientCodec = {
  check: checkRequest,
  decodeRequest,
  encodeResponse,
  createStreamEncoder: (options) => createGenerateContentStreamEncoder(options, "sse"),
  encodeError,
  encodeErrorEvent,
};

/** The same for those that do not ask for events: a stream is one JSON array that grows. */
export const generateContentArrayClient: ClientCodec = {
  ...generateContentClient,
  createStreamEncoder: (options) => createGenerateContentStreamEncoder(options, "json-array"),
  encodeErrorEvent: (failure) => `[${JSON.stringify(errorBody(failure))}\n]`,
};

/** For servers of the Gemini API. */
export function createGenerateContentServer(rules: GenerateContentRules): ServerCodec {
  const codec: ServerCodec = {
    routeOf: (options) => routeOf(options, rules),
    encodeRequest: (request, options) => encodeRequest(request, options, rules),
    createStreamDecoder: (options) => new GenerateContentStreamDecoder(options),
    onlyStreams: ({ model, maxTokens = 0 }) =>
      maxTokens > rules.wholeAnswerTokens && isAmong(model, rules.longAnswerModels),
    passing: {
      adapt: (json, options) => adaptRequest(json, options, rules),
      createObserver,
      readReply,
    },
    tokenCount: generateContentTokenCount(rules),
  };
  return withNameRule(codec, DOTTED_UP_TO_128);
}
