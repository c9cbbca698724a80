import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, objectOf, stringOf } from "../../wire/json/read.ts";
import { identify, isOurs, PROBE_PATHS, type ProbeReply } from "../discovery/fingerprints.ts";
import { profileOf } from "../profiles/catalog.ts";
import type { Profile } from "../profiles/profile.ts";
import type { Asker } from "./asker.ts";
import type { Identity } from "./finding.ts";
import type { Question, Reply } from "./question.ts";

/** The fingerprints' name for the list of models; it is asked below the base URL instead. */
export const LIST_PATH = "/v1/models";

/** Where a kind of server says which version it is. */
interface VersionRoute {
  readonly path: string;
  readonly field: string;
}

const VERSION_ROUTES: Readonly<Record<string, VersionRoute>> = {
  "llama.cpp": { path: "/props", field: "build_info" },
  ollama: { path: "/api/version", field: "version" },
  vllm: { path: "/version", field: "version" },
  sglang: { path: "/get_server_info", field: "version" },
  localai: { path: "/version", field: "version" },
  tgi: { path: "/info", field: "version" },
};

/** Kinds that answer like many others, told apart by one thing more. */
const CLOSER_LOOKS: readonly {
  readonly profile: string;
  readonly path: string;
  readonly matches: (document: JsonObject) => boolean;
}[] = [
  {
    profile: "tgi",
    path: "/info",
    matches: ({ model_id: id, max_total_tokens: total }) => id !== undefined && total !== undefined,
  },
  { profile: "llama-cpp-python", path: LIST_PATH, matches: (list) => firstRow(list)["owned_by"] === "me" },
  { profile: "mistral.rs", path: LIST_PATH, matches: (list) => firstRow(list)["id"] === "default" },
];

/** What was learned while the server was identified. */
export interface Identified {
  readonly identity: Identity;
  /** Every reply, by the path that was asked. */
  readonly replies: ReadonlyMap<string, Reply>;
}

/** Finds out what kind of server it is. Nothing that it asks generates. */
export async function identifyServer(asker: Asker, known: Profile | undefined): Promise<Identified> {
  const replies = new Map<string, Reply>();
  const ask = async (path: string): Promise<Reply> => {
    const reply = await asker.ask(path === LIST_PATH ? LIST : { method: "GET", path, from: "root" });
    replies.set(path, reply);
    return reply;
  };
  const list = await ask(LIST_PATH);
  // No answer, or half of one, answers for all the rest; a known service is not asked for routes it cannot have.
  if (list.failure !== undefined || known !== undefined) return { identity: identityOf(known, undefined), replies };
  for (const path of PROBE_PATHS) {
    const reply = replies.get(path) ?? (await ask(path));
    if (reply.failure !== undefined) break;
  }
  const asSeen = new Map([...replies].map(([path, reply]) => [path, asFingerprint(reply)]));
  if (isOurs(asSeen)) return { identity: { ...GENERIC, kind: "millrace" }, replies };
  const profile = profileOf((await closerLook(identify(asSeen), ask, replies)) ?? GENERIC.profile);
  const route = VERSION_ROUTES[profile?.id ?? ""];
  const version =
    route === undefined ? undefined : versionIn((replies.get(route.path) ?? (await ask(route.path))).json, route.field);
  return { identity: identityOf(profile, version), replies };
}

/** Looks closer at a server that only answers like many others. */
async function closerLook(
  id: string | undefined,
  ask: (path: string) => Promise<Reply>,
  replies: ReadonlyMap<string, Reply>,
): Promise<string | undefined> {
  if (id !== undefined && id !== GENERIC.profile) return id;
  for (const { profile, path, matches } of CLOSER_LOOKS) {
    const { json } = replies.get(path) ?? (await ask(path));
    const document = objectOf(json);
    if (document !== undefined && matches(document)) return profile;
  }
  return id;
}

function firstRow(list: JsonObject): JsonObject {
  return objectOf(arrayOf(list["data"])[0]) ?? {};
}

const LIST: Question = { method: "GET", path: "/models", from: "base" };
const GENERIC: Identity = {
  kind: "OpenAI-compatible server",
  version: undefined,
  profile: "openai-compatible",
};

function identityOf(profile: Profile | undefined, version: string | undefined): Identity {
  return profile === undefined ? GENERIC : { kind: profile.label, version, profile: profile.id };
}

function versionIn(value: JsonValue | undefined, field: string): string | undefined {
  return stringOf(objectOf(value)?.[field]);
}

function asFingerprint({ status = 0, headers, text, json }: Reply): ProbeReply {
  return { status, headers, text, json };
}
