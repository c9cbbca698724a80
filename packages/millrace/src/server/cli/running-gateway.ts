import type { JsonValue } from "../../model/json.ts";
import type { LearnedParameter } from "../../providers/provider.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { arrayOf, objectOf, stringOf } from "../../wire/json/read.ts";
import type { Settings } from "../config/settings.ts";

/** On this machine an answer comes at once or not at all. In milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * What a gateway that runs with these settings has learned of its providers, by their names. Only the process that
 * sends requests learns; nothing where none runs.
 */
export async function learnedByGateway({
  listen,
  keys,
}: Pick<Settings, "listen" | "keys">): Promise<ReadonlyMap<string, readonly LearnedParameter[]> | undefined> {
  if (listen.port === 0) return undefined;
  const url = `http://${reachable(listen.host)}:${listen.port}/ready`;
  const anonymous = await readiness(url, {});
  if (anonymous === undefined) return undefined;
  const [key] = keys;
  // The first answer shows that it is millrace that listens there, so it may see the key.
  const state = key === undefined ? anonymous : await readiness(url, { authorization: `Bearer ${key.key}` });
  const providers = arrayOf(objectOf(state)?.["providers"]).map((provider) => objectOf(provider) ?? {});
  return new Map(
    providers.map((provider) => [stringOf(provider["name"]) ?? "", arrayOf(provider["learned"]).flatMap(lessonOf)]),
  );
}

/** The address to call for one that stands for all of a machine's. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function readiness(url: string, headers: Readonly<Record<string, string>>): Promise<JsonValue | undefined> {
  try {
    const reply = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS), redirect: "error" });
    const document = parseJson(await reply.text());
    return reply.headers.has("x-millrace-request-id") && document.ok ? document.value : undefined;
  } catch {
    // Nobody there, or somebody else: then no gateway runs that could have learned anything.
    return undefined;
  }
}

function lessonOf(value: JsonValue): readonly LearnedParameter[] {
  const lesson = objectOf(value) ?? {};
  const model = stringOf(lesson["model"]);
  const parameter = stringOf(lesson["parameter"]);
  const to = stringOf(lesson["to"]);
  if (model === undefined || parameter === undefined) return [];
  return [{ model, parameter, ...(to === undefined ? { action: "dropped" } : { action: "renamed", to }) }];
}
