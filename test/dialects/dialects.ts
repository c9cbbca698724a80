import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { chatClient, createChatServer } from "../../packages/millrace/src/wire/chat-completions/codec.ts";
import { REFERENCE_RULES } from "../../packages/millrace/src/wire/chat-completions/rules.ts";
import { createConverseServer } from "../../packages/millrace/src/wire/converse/codec.ts";
import { BEDROCK_RULES } from "../../packages/millrace/src/wire/converse/rules.ts";
import {
  createGenerateContentServer,
  generateContentClient,
} from "../../packages/millrace/src/wire/generate-content/codec.ts";
import { GEMINI_RULES } from "../../packages/millrace/src/wire/generate-content/rules.ts";
import { createMessagesServer, messagesClient } from "../../packages/millrace/src/wire/messages/codec.ts";
import { ANTHROPIC_RULES } from "../../packages/millrace/src/wire/messages/rules.ts";
import { createOllamaServer, ollamaChatClient } from "../../packages/millrace/src/wire/ollama/codec.ts";
import { OLLAMA_RULES } from "../../packages/millrace/src/wire/ollama/rules.ts";
import { createResponsesServer, responsesClient } from "../../packages/millrace/src/wire/responses/codec.ts";
import { OPENAI_RESPONSES_RULES } from "../../packages/millrace/src/wire/responses/rules.ts";
import type { ClientCodec, ServerCodec } from "../../packages/millrace/src/wire/translation/codec.ts";
import { answerEncoding } from "./answer-encoding.ts";
import { chatPassing } from "./chat-passing.ts";
import { converseBytes, converseReply, converseStream, readConverse } from "./converse.ts";
import type { ClientDialect, Pair, ServerDialect } from "./dialect.ts";
import {
  nextChatTurn,
  nextGenerateContentTurn,
  nextMessagesTurn,
  nextOllamaTurn,
  nextResponsesTurn,
} from "./next-turn.ts";

/** Gemini as its clients write it to all of its models. */
const ALL_OF_GEMINI = createGenerateContentServer({
  ...GEMINI_RULES,
  penaltyModels: { of: [""], except: [] },
  oneAnswerModels: { of: [], except: [] },
  unscoredModels: { of: [], except: [] },
});

/** Chat completions as the clients write it that talk to any server of it. */
const ALL_OF_CHAT = createChatServer({
  ...REFERENCE_RULES,
  request: {
    ...REFERENCE_RULES.request,
    understands: ["cache_control", "reasoning_details", "custom_tools", "top_k", "platform"],
  },
});

const WITH_THOUGHTS: JsonObject = { generationConfig: { thinkingConfig: { includeThoughts: true } } };

export const CLIENTS: readonly ClientDialect[] = [
  {
    name: "chat-completions",
    codec: chatClient,
    asks: "fast",
    writer: ALL_OF_CHAT,
    nextTurn: nextChatTurn,
    streams: "sse",
    terminal: /^data: (?:\[DONE\]|\{"error")/gmu,
  },
  {
    name: "messages",
    codec: messagesClient,
    asks: "claude-sonnet-4-5",
    writer: createMessagesServer(ANTHROPIC_RULES),
    nextTurn: nextMessagesTurn,
    terminal: /^event: (?:message_stop|error)$/gmu,
    streams: "sse",
  },
  {
    name: "responses",
    codec: responsesClient,
    asks: "fast",
    writer: createResponsesServer({ ...OPENAI_RESPONSES_RULES, storeFalse: false }),
    nextTurn: nextResponsesTurn,
    terminal: /^event: response\.(?:completed|incomplete|failed)$/gmu,
    streams: "sse",
  },
  {
    name: "generate-content",
    codec: generateContentClient,
    asks: "gemini-3-flash-preview",
    writer: ALL_OF_GEMINI,
    nextTurn: nextGenerateContentTurn,
    terminal: /^data: .*"finishReason"|^\{"error"/gmu,
    wants: WITH_THOUGHTS,
    streams: "sse",
  },
  {
    name: "ollama",
    codec: ollamaChatClient,
    asks: "fast",
    writer: createOllamaServer(OLLAMA_RULES),
    nextTurn: nextOllamaTurn,
    terminal: /^.*"done":true|^\{"error"/gmu,
    streams: "ndjson",
  },
];

export const SERVERS: readonly ServerDialect[] = [
  {
    name: "chat-completions",
    model: "gpt-4.1",
    codec: createChatServer(REFERENCE_RULES),
    passing: chatPassing(REFERENCE_RULES),
    ...readBy(chatClient),
    streams: "sse",
  },
  {
    name: "messages",
    model: "claude-sonnet-4-5",
    ...passing(createMessagesServer(ANTHROPIC_RULES)),
    ...readBy(messagesClient),
    streams: "sse",
  },
  {
    name: "responses",
    model: "gpt-4.1",
    // Of a model by a name that says nothing, as deployments have: it may take sampling and an effort.
    ...passing(createResponsesServer({ ...OPENAI_RESPONSES_RULES, chatModels: [] })),
    ...readBy(responsesClient),
    streams: "sse",
  },
  {
    name: "generate-content",
    model: "gemini-3-flash-preview",
    ...passing(createGenerateContentServer(GEMINI_RULES)),
    ...readBy(generateContentClient, WITH_THOUGHTS),
    streams: "sse",
  },
  {
    name: "ollama",
    model: "qwen3:8b",
    ...passing(createOllamaServer(OLLAMA_RULES)),
    ...readBy(ollamaChatClient),
    streams: "ndjson",
  },
  {
    name: "converse",
    model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    codec: createConverseServer(BEDROCK_RULES),
    streams: "jsonl",
    readRequest: readConverse,
    frame: converseBytes,
    replies: converseReply,
    streamOf: converseStream,
  },
];

export const PAIRS: readonly Pair[] = CLIENTS.flatMap((client) => SERVERS.map((server) => ({ client, server })));

function passing(codec: ServerCodec): Pick<ServerDialect, "codec" | "passing"> {
  return { codec, ...(codec.passing && { passing: codec.passing }) };
}

/** What a server reads and writes, by the codec that its clients are served with. */
function readBy(
  client: ClientCodec,
  asked: JsonObject = {},
): Pick<ServerDialect, "readRequest" | "frame" | "replies" | "streamOf"> {
  const streamOf = (events: readonly DecodedEvent[]): Uint8Array =>
    new TextEncoder().encode(client.createStreamEncoder(answerEncoding(asked)).encode(events));
  return {
    readRequest: (json) => {
      const decoded = client.decodeRequest(json);
      return "kind" in decoded ? decoded : decoded.request;
    },
    frame: (text) => new TextEncoder().encode(text),
    replies: ({ events }) => streamOf(events),
    streamOf,
  };
}
