import type { JsonObject, JsonValue } from "../model/json.ts";
import { isObject } from "../wire/json/read.ts";
import type { ClientRequest } from "./ports.ts";

/** Headers by which coding agents and chat applications name the conversation, most telling first. */
const SESSION_HEADERS = [
  "x-session-affinity",
  "x-claude-code-session-id",
  "session-id",
  "thread-id",
  "x-openwebui-chat-id",
] as const;

const SESSION_KEY_CHARS_MAX = 256;

/** What ties the requests of one conversation together, where the client says. */
export function sessionKeyOf(request: Pick<ClientRequest, "headers">, json: JsonObject): string | undefined {
  for (const name of SESSION_HEADERS) {
    const value = request.headers[name];
    const key = usable(typeof value === "string" ? value : value?.[0]);
    if (key !== undefined) return key;
  }
  const metadata = json["metadata"];
  return usable(json["prompt_cache_key"]) ?? usable(isObject(metadata) ? metadata["user_id"] : undefined);
}

function usable(value: JsonValue | undefined): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  return value.slice(0, SESSION_KEY_CHARS_MAX);
}
