import { PROFILES } from "../../packages/millrace/src/providers/profiles/catalog.ts";
import { createChatServer } from "../../packages/millrace/src/wire/chat-completions/codec.ts";
import { chatPassing } from "./chat-passing.ts";
import type { ServerDialect } from "./dialect.ts";
import { SERVERS } from "./dialects.ts";

/** A server of chat completions with the rules of a profile, and a model of which it is not known that it does not reason. */
export function chatServer(profile: string): ServerDialect {
  const known = PROFILES.get(profile);
  const reference = SERVERS.find(({ name }) => name === "chat-completions");
  if (known === undefined || reference === undefined) throw new RangeError(`There is no profile ${profile}`);
  const chat = { ...known.chat, request: { ...known.chat.request, chatModels: [] } };
  return { ...reference, codec: createChatServer(chat), passing: chatPassing(chat) };
}

/** The names of the profiles whose servers speak chat completions. */
export const CHAT_PROFILES: readonly string[] = [...PROFILES.values()]
  .filter(({ conversation }) => conversation === undefined)
  .map(({ id }) => id);
