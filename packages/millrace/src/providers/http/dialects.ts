import { createChatServer } from "../../wire/chat-completions/codec.ts";
import type { ChatRules } from "../../wire/chat-completions/rules.ts";
import { createConverseServer } from "../../wire/converse/codec.ts";
import { createGenerateContentServer } from "../../wire/generate-content/codec.ts";
import { generateContentEmbeddings } from "../../wire/generate-content/embeddings.ts";
import { batchEmbedContentsPassing, embedContentPassing } from "../../wire/generate-content/passing-embeddings.ts";
import { createMessagesServer } from "../../wire/messages/codec.ts";
import { createOllamaServer } from "../../wire/ollama/codec.ts";
import { createPassing } from "../../wire/ollama/passing.ts";
import { ollamaEmbeddings } from "../../wire/ollama/embeddings.ts";
import { embeddingsPassing, embedPassing } from "../../wire/ollama/passing-embeddings.ts";
import { createResponsesServer } from "../../wire/responses/codec.ts";
import type { PassingCodec, ServerCodec } from "../../wire/translation/codec.ts";
import { isReasoningModel } from "../../wire/translation/reasoning-models.ts";
import type { EmbeddingsServerCodec, PassingEmbeddings } from "../../wire/translation/embeddings.ts";
import type { ConversationDialect, EmbeddingsSupport, Profile } from "../profiles/profile.ts";
import type { ConversationOperation, EmbeddingsOperation, Operation } from "../provider.ts";

const made = new WeakMap<ConversationDialect | ChatRules, ServerCodec>();

/** How a conversation that does not pass is held with a model of such a server. */
export function serverCodec(profile: Profile, model: string): ServerCodec {
  const { reasoningConversation } = profile;
  const reasons = reasoningConversation !== undefined && isReasoningModel(model, reasoningConversation.rules);
  return reasons ? codecOf(reasoningConversation) : usualCodec(profile);
}

/** How reasoning models of such a server are asked, where that is not as for the rest. */
export function reasoningCodec({ reasoningConversation }: Profile): ServerCodec | undefined {
  return reasoningConversation && codecOf(reasoningConversation);
}

function usualCodec({ chat, conversation }: Profile): ServerCodec {
  return conversation === undefined ? once(chat, () => createChatServer(chat)) : codecOf(conversation);
}

function codecOf(dialect: ConversationDialect): ServerCodec {
  return once(dialect, () => make(dialect));
}

function once(key: ConversationDialect | ChatRules, create: () => ServerCodec): ServerCodec {
  const known = made.get(key);
  if (known !== undefined) return known;
  const codec = create();
  made.set(key, codec);
  return codec;
}

/** One line for each dialect that servers speak. */
function make(dialect: ConversationDialect): ServerCodec {
  switch (dialect.name) {
    case "messages":
      return createMessagesServer(dialect.rules);
    case "responses":
      return createResponsesServer(dialect.rules);
    case "generate-content":
      return createGenerateContentServer(dialect.rules);
    case "ollama":
      return createOllamaServer(dialect.rules);
    case "converse":
      return createConverseServer(dialect.rules);
  }
}

const EMBEDDINGS: Readonly<Record<NonNullable<EmbeddingsSupport["dialect"]>, EmbeddingsServerCodec>> = {
  "generate-content": generateContentEmbeddings,
  ollama: ollamaEmbeddings,
};

/** How vectors are asked for, where not in OpenAI's dialect. */
export function embeddingsCodec({ embeddings }: Profile): EmbeddingsServerCodec | undefined {
  return embeddings.dialect === undefined ? undefined : EMBEDDINGS[embeddings.dialect];
}

const PASSING_EMBEDDINGS: Readonly<
  Record<NonNullable<EmbeddingsSupport["dialect"]>, Partial<Record<Operation, PassingEmbeddings>>>
> = {
  "generate-content": { "embed-content": embedContentPassing, "batch-embed-contents": batchEmbedContentsPassing },
  ollama: { "ollama-embed": embedPassing, "ollama-embeddings": embeddingsPassing },
};

/** How requests for vectors pass to servers of this profile, where the operation is one of their dialect. */
export function passingEmbeddingsOf({ embeddings }: Profile, operation: Operation): PassingEmbeddings | undefined {
  return embeddings.dialect === undefined ? undefined : PASSING_EMBEDDINGS[embeddings.dialect][operation];
}

/** A dialect whose clients' bodies pass to servers as they are, where they go, and how a reply is read that has to be mended. */
export type Passing = PassingCodec & Pick<ServerCodec, "routeOf" | "createStreamDecoder"> & Pick<Profile, "streams">;

/** How an operation's bodies pass to servers of this profile, where they do and the dialect is none of OpenAI's older ones. */
export function passingOf(profile: Profile, operation: Operation): Passing | undefined {
  const { conversation, reasoningConversation } = profile;
  const byOther = reasoningConversation?.name === operation;
  const { passing, routeOf, createStreamDecoder } = byOther ? codecOf(reasoningConversation) : usualCodec(profile);
  const streams = byOther ? "pass" : profile.streams;
  if (operation === "ollama-generate" && conversation?.name === "ollama") {
    const route = { path: "/api/generate" };
    return { ...createPassing(conversation.rules), routeOf: () => route, createStreamDecoder, streams };
  }
  return passing && { ...passing, routeOf, createStreamDecoder, streams };
}

const CONVERSATIONS: readonly ConversationOperation[] = [
  "chat-completions",
  "messages",
  "responses",
  "generate-content",
  "generate-content-array",
  "ollama-chat",
  "ollama-generate",
];
const VECTORS: readonly EmbeddingsOperation[] = [
  "embeddings",
  "embed-content",
  "batch-embed-contents",
  "ollama-embed",
  "ollama-embeddings",
];

/** Everything that a server of this profile can be asked, in its own dialect or translated. */
export function servedOperations({ conversation, operations, embeddings }: Profile): readonly Operation[] {
  const converses = conversation !== undefined || CONVERSATIONS.some((operation) => operations.includes(operation));
  const embeds = embeddings.dialect !== undefined || operations.includes("embeddings");
  const served = [...operations, ...(converses ? CONVERSATIONS : []), ...(embeds ? VECTORS : [])];
  return [...new Set<Operation>(served)];
}
