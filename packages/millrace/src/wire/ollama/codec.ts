import type { ClientCodec, ServerCodec } from "../translation/codec.ts";
import { chatForm, generateForm } from "./answer-form.ts";
import type { AnswerForm } from "./answer-form.ts";
import { checkChatRequest, checkGenerateRequest } from "./check.ts";
import { encodeChatRequest } from "./encode-request.ts";
import { OllamaStreamEncoder } from "./encode-stream.ts";
import { encodeError, encodeErrorEvent } from "./error.ts";
import { createPassing } from "./passing.ts";
import { decodeChatRequest, decodeGenerateRequest } from "./request.ts";
import { encodeResponse } from "./response.ts";
import type { OllamaRules } from "./rules.ts";
import { OllamaStreamDecoder } from "./stream.ts";

/** `/api/chat` for clients. */
export const ollamaChatClient: ClientCodec = {
  check: checkChatRequest,
  decodeRequest: decodeChatRequest,
  ...answersIn(chatForm),
};

/** `/api/generate` for clients. */
export const ollamaGenerateClient: ClientCodec = {
  check: checkGenerateRequest,
  decodeRequest: decodeGenerateRequest,
  ...answersIn(generateForm),
};

function answersIn(form: AnswerForm): Omit<ClientCodec, "check" | "decodeRequest"> {
  return {
    encodeResponse: (response, options) => encodeResponse(response, options, form),
    createStreamEncoder: (options) => new OllamaStreamEncoder(options, form),
    encodeError,
    encodeErrorEvent,
  };
}

/** `/api/chat` of servers with these rules, below a base URL without a version. */
export function createOllamaServer(rules: OllamaRules): ServerCodec {
  return {
    routeOf: () => ({ path: "/api/chat" }),
    encodeRequest: (request, options) => encodeChatRequest(request, options, rules),
    createStreamDecoder: (options) => new OllamaStreamDecoder(options),
    passing: createPassing(rules),
  };
}
