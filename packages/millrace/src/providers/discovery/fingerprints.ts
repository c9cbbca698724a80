import type { JsonValue } from "../../model/json.ts";

/** The reply to one probing request; absent when there was none. */
export interface ProbeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text as JSON, where it is. */
  readonly json: JsonValue | undefined;
}

/** One question whose answer gives a kind of server away. */
export interface Fingerprint {
  /** The profile of a server that answers so. */
  readonly profile: string;
  /** From the server's root. */
  readonly path: string;
  readonly matches: (reply: ProbeReply) => boolean;
}

const ok = (reply: ProbeReply): boolean => reply.status >= 200 && reply.status < 300;

function field(reply: ProbeReply, name: string): JsonValue | undefined {
  const { json } = reply;
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as Record<string, JsonValue>)[name]
    : undefined;
}

function firstOwner(reply: ProbeReply): JsonValue | undefined {
  const data = field(reply, "data");
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  return typeof first === "object" && first !== null ? (first as Record<string, JsonValue>)["owned_by"] : undefined;
}

/**
 * In the order in which they decide: what only one server says comes before what several say. The
 * last one is any server that lists models the way OpenAI does.
 */
const FINGERPRINTS: readonly Fingerprint[] = [
  { profile: "ollama", path: "/", matches: (reply) => ok(reply) && reply.text.startsWith("Ollama is running") },
  // The header comes with every reply, also with 503 while a model loads and with 401.
  { profile: "llama.cpp", path: "/v1/models", matches: (reply) => reply.headers["server"] === "llama.cpp" },
  {
    profile: "sglang",
    path: "/get_model_info",
    matches: (reply) => ok(reply) && typeof field(reply, "model_path") === "string",
  },
  { profile: "vllm", path: "/v1/models", matches: (reply) => firstOwner(reply) === "vllm" },
  // LM Studio answers unknown routes with 200 and an `error`, so the list itself has to be there.
  { profile: "lmstudio", path: "/api/v0/models", matches: (reply) => ok(reply) && Array.isArray(field(reply, "data")) },
  { profile: "localai", path: "/readyz", matches: (reply) => ok(reply) && ["", "OK"].includes(reply.text.trim()) },
  {
    profile: "openai-compatible",
    path: "/v1/models",
    matches: (reply) => ok(reply) && field(reply, "object") === "list",
  },
];

/** Every path that is asked, each once. */
export const PROBE_PATHS: readonly string[] = [...new Set(FINGERPRINTS.map(({ path }) => path))];

/** The path where a server of this kind is told best. */
export function pathOf(profile: string): string | undefined {
  return FINGERPRINTS.find((fingerprint) => fingerprint.profile === profile)?.path;
}

/** Answers of millrace itself carry this header: another gateway is no model server. */
const OWN_HEADER = "x-millrace-request-id";

/** The kind of server that gave these replies, by path; undefined when it is none we know. */
export function identify(replies: ReadonlyMap<string, ProbeReply>): string | undefined {
  if (isOurs(replies)) return undefined;
  return FINGERPRINTS.find(({ path, matches }) => {
    const reply = replies.get(path);
    return reply !== undefined && matches(reply);
  })?.profile;
}

/** Whether it is millrace that gave these replies. */
export function isOurs(replies: ReadonlyMap<string, ProbeReply>): boolean {
  return [...replies.values()].some((reply) => OWN_HEADER in reply.headers);
}
