import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { LearnedParameter } from "../../providers/provider.ts";
import { LOOP } from "../../wire/failure/kind.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { arrayOf, objectOf, stringOf } from "../../wire/json/read.ts";
import type { Settings } from "../config/settings.ts";

/** On this machine an answer comes at once or not at all. In milliseconds. */
const PATIENCE_MS = 1_000;

/** What only the process that sends requests can know of a provider. */
export interface GatewayKnowledge {
  readonly learned: readonly LearnedParameter[];
  /** That its address leads back to the gateway, in the gateway's words. */
  readonly loop?: string;
}

/** What a gateway that runs with these settings knows of its providers, by their names; nothing where none runs. */
export async function knownToGateway({
  listen,
  keys,
}: Pick<Settings, "listen" | "keys">): Promise<ReadonlyMap<string, GatewayKnowledge> | undefined> {
  const state = await askRunningGateway({ listen, keys }, { path: "/ready", headers: {} });
  if (state === undefined) return undefined;
  const providers = arrayOf(objectOf(state)?.["providers"]).map((provider) => objectOf(provider) ?? {});
  return new Map(providers.map((provider) => [stringOf(provider["name"]) ?? "", knowledgeIn(provider)]));
}

/** What is asked of a gateway that runs. */
export interface GatewayQuestion {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With one it is a POST. */
  readonly body?: string;
}

/** What a gateway that runs with these settings answers; nothing where none runs. */
export async function askRunningGateway(
  { listen, keys }: Pick<Settings, "listen" | "keys">,
  question: GatewayQuestion,
): Promise<JsonValue | undefined> {
  if (listen.port === 0) return undefined;
  const base = `http://${reachable(listen.host)}:${listen.port}`;
  // The first answer shows that it is millrace that listens there, so it may see a key and a prompt.
  if ((await answerOf(`${base}/health`, { path: "/health", headers: {} })) === undefined) return undefined;
  const [key] = keys;
  const headers = { ...question.headers, ...(key !== undefined && { authorization: `Bearer ${key.key}` }) };
  return answerOf(base + question.path, { ...question, headers });
}

/** The address to call for one that stands for all of a machine's. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function answerOf(url: string, { headers, body }: GatewayQuestion): Promise<JsonValue | undefined> {
  try {
    const reply = await fetch(url, {
      headers,
      ...(body !== undefined && { method: "POST", body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "error",
    });
    const document = parseJson(await reply.text());
    return reply.headers.has("x-millrace-request-id") && document.ok ? document.value : undefined;
  } catch {
    // Nobody there, or somebody else: then no gateway runs that could have learned anything.
    return undefined;
  }
}

function knowledgeIn({ learned, error: problem }: JsonObject): GatewayKnowledge {
  const error = objectOf(problem) ?? {};
  const loop = error["code"] === LOOP ? stringOf(error["message"]) : undefined;
  return { learned: arrayOf(learned).flatMap(lessonOf), ...(loop !== undefined && { loop }) };
}

function lessonOf(value: JsonValue): readonly LearnedParameter[] {
  const lesson = objectOf(value) ?? {};
  const model = stringOf(lesson["model"]);
  const parameter = stringOf(lesson["parameter"]);
  const to = stringOf(lesson["to"]);
  if (model === undefined || parameter === undefined) return [];
  const from = stringOf(lesson["from"]);
  if (to === undefined) return [{ model, parameter, action: "dropped", ...(from !== undefined && { from }) }];
  if (from !== undefined) return [{ model, parameter, action: "replaced", from, to }];
  return [{ model, parameter, action: lesson["action"] === "moved" ? "moved" : "renamed", to }];
}
