import type { JsonObject } from "../model/json.ts";
import type { Failure } from "../model/failure.ts";
import type { Operation } from "../providers/provider.ts";
import { chatClient } from "../wire/chat-completions/codec.ts";
import { encodeChatErrorEvent } from "../wire/chat-completions/error.ts";
import { checkChatRequestInSteps } from "../wire/chat-completions/request.ts";
import { checkCompletionRequest, checkCompletionRequestInSteps } from "../wire/completions/request.ts";
import { encodeCompletionError, encodeCompletionErrorEvent } from "../wire/completions/error.ts";
import { openaiEmbeddings } from "../wire/embeddings/codec.ts";
import { checkEmbeddingsRequestInSteps } from "../wire/embeddings/request.ts";
import { generateContentArrayClient, generateContentClient } from "../wire/generate-content/codec.ts";
import { batchEmbedContentsClient, embedContentClient } from "../wire/generate-content/embeddings.ts";
import type { Steps } from "../wire/json/steps.ts";
import { messagesClient } from "../wire/messages/codec.ts";
import { chatForm, generateForm } from "../wire/ollama/answer-form.ts";
import { replyToNothing } from "../wire/ollama/load.ts";
import { withoutLatest } from "../wire/ollama/model-name.ts";
import { ollamaChatClient, ollamaGenerateClient } from "../wire/ollama/codec.ts";
import { KEEP_ALIVE } from "../wire/ollama/keep-alive.ts";
import { ollamaEmbedClient, ollamaEmbeddingsClient } from "../wire/ollama/embeddings.ts";
import { responsesClient } from "../wire/responses/codec.ts";
import type { ClientCodec } from "../wire/translation/codec.ts";
import type { EmbeddingsClientCodec } from "../wire/translation/embeddings.ts";
import type { Dialect, StreamForm } from "./dialect.ts";

const SERVER_SENT_EVENTS: StreamForm = { contentType: "text/event-stream; charset=utf-8", keepAlive: "comment" };
/** python-genai takes every line that is no data for JSON, comments too; an empty one it passes over. */
const GEMINI_EVENTS: StreamForm = { ...SERVER_SENT_EVENTS, keepAlive: { text: "\n\n" } };
/** A stream of Gemini's for who does not ask for events. */
const JSON_ARRAY: StreamForm = { contentType: "application/json", keepAlive: { text: " " } };
const JSON_LINES: StreamForm = { contentType: "application/x-ndjson", keepAlive: { text: KEEP_ALIVE } };

/** One line of data for each dialect. */
export const DIALECTS: Readonly<Record<Operation, Dialect>> = {
  "chat-completions": { ...conversation(chatClient), checkInSteps: checkChatRequestInSteps },
  messages: conversation(messagesClient, { headers: ["anthropic-version", "anthropic-beta"] }),
  responses: conversation(responsesClient, { headers: ["openai-beta"] }),
  "generate-content": conversation(generateContentClient, { stream: GEMINI_EVENTS }),
  "generate-content-array": conversation(generateContentArrayClient, { stream: JSON_ARRAY }),
  "ollama-chat": conversation(ollamaChatClient, {
    stream: JSON_LINES,
    streamsByDefault: true,
    modelName: withoutLatest,
    replyToNothing: (asked, createdSec) => replyToNothing(asked, createdSec, chatForm),
  }),
  "ollama-generate": conversation(ollamaGenerateClient, {
    stream: JSON_LINES,
    streamsByDefault: true,
    modelName: withoutLatest,
    replyToNothing: (asked, createdSec) => replyToNothing(asked, createdSec, generateForm),
  }),
  completions: {
    check: checkCompletionRequest,
    checkInSteps: checkCompletionRequestInSteps,
    encodeError: encodeCompletionError,
    encodeErrorEvent: encodeCompletionErrorEvent,
    stream: SERVER_SENT_EVENTS,
    streamsByDefault: false,
    headers: [],
  },
  embeddings: { ...vectors(openaiEmbeddings), checkInSteps: checkEmbeddingsRequestInSteps },
  "embed-content": vectors(embedContentClient),
  "batch-embed-contents": vectors(batchEmbedContentsClient),
  "ollama-embed": { ...vectors(ollamaEmbedClient), modelName: withoutLatest },
  "ollama-embeddings": { ...vectors(ollamaEmbeddingsClient), modelName: withoutLatest },
};

function conversation(codec: ClientCodec, more: Partial<Dialect> = {}): Dialect {
  const { check, encodeError, encodeErrorEvent } = codec;
  return {
    check,
    checkInSteps: inOneStep(check),
    encodeError,
    encodeErrorEvent,
    stream: SERVER_SENT_EVENTS,
    streamsByDefault: false,
    headers: [],
    conversation: codec,
    ...more,
  };
}

function vectors(codec: EmbeddingsClientCodec): Dialect {
  const { check, encodeError } = codec;
  return {
    check,
    checkInSteps: inOneStep(check),
    encodeError,
    encodeErrorEvent: encodeChatErrorEvent,
    stream: SERVER_SENT_EVENTS,
    streamsByDefault: false,
    headers: [],
    embeddings: codec,
  };
}

/** For checks that look at each turn once, and not at its text. */
function inOneStep(check: Dialect["check"]): Dialect["checkInSteps"] {
  return function* (json: JsonObject): Steps<Failure | undefined> {
    yield;
    return check(json);
  };
}
