import { readFileSync } from "node:fs";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import { parseJson } from "../../packages/millrace/src/wire/json/parse.ts";
import { isObject } from "../../packages/millrace/src/wire/json/read.ts";
import { answerEncoding } from "./answer-encoding.ts";
import type { ClientDialect, ServerDialect } from "./dialect.ts";
import { passedRequest, passedStream, readEvents, type SentRequest, translatedRequest } from "./translate.ts";

export const FIXTURES: URL = new URL("../../fixtures/dialects/", import.meta.url);

export const GOLDEN_CASES = ["conversation", "tool-loop", "media", "reasoning", "structured", "failure"] as const;

export type GoldenCase = (typeof GOLDEN_CASES)[number];

/** The files of a case's folder, by their names. */
export type GoldenFiles = Readonly<Record<string, string>>;

export function folderOf(client: ClientDialect, server: ServerDialect, name: GoldenCase): URL {
  return new URL(`${client.name}-to-${server.name}/${name}/`, FIXTURES);
}

/** Everything that comes of a client's request and a server's stream. */
export function goldenFiles(client: ClientDialect, server: ServerDialect, name: GoldenCase): GoldenFiles {
  const first = clientBody(client, name);
  const reply = serverStream(server, name);
  const next =
    name === "reasoning"
      ? client.nextTurn(first, replyStream(client, server, first, reply), "And times two?")
      : undefined;
  const sent = isSameDialect(client, server)
    ? passedRequest(server, next ?? first)
    : translatedRequest(client, server, next ?? first);
  return {
    ...(next && { "request.json": readable(next) }),
    ...sentFiles(client, sent),
    ...(sent.refusal === undefined && replyFiles(client, server, first, reply)),
  };
}

function isSameDialect(client: ClientDialect, server: ServerDialect): boolean {
  return client.name === server.name;
}

function sentFiles({ codec }: ClientDialect, { body, changes, refusal }: SentRequest): GoldenFiles {
  if (refusal !== undefined) return { "refusal.json": readable({ ...codec.encodeError(refusal) }) };
  return {
    "upstream-request.json": readable(body),
    ...(changes.length > 0 && { "changes.json": readable(changes) }),
  };
}

function replyFiles(client: ClientDialect, server: ServerDialect, asked: JsonObject, reply: Uint8Array): GoldenFiles {
  const stream = { [`reply.${client.streams}`]: replyStream(client, server, asked, reply) };
  const last = readEvents(server, reply).at(-1);
  if (isSameDialect(client, server) || last?.type !== "finish") return stream;
  return { ...stream, "reply.json": readable(client.codec.encodeResponse(last.response, answerEncoding(asked))) };
}

/** A server's stream as the client gets it, each event by itself. */
function replyStream(client: ClientDialect, server: ServerDialect, asked: JsonObject, reply: Uint8Array): string {
  if (isSameDialect(client, server)) return passedStream(server, client.codec, reply);
  const encoder = client.codec.createStreamEncoder(answerEncoding(asked));
  return readEvents(server, reply)
    .map((event) => encoder.encode([event]))
    .join("");
}

function clientBody({ name }: ClientDialect, golden: GoldenCase): JsonObject {
  const parsed = parseJson(readFileSync(new URL(`clients/${name}/${golden}.json`, FIXTURES), "utf8"));
  if (!parsed.ok || !isObject(parsed.value)) throw new RangeError(`clients/${name}/${golden}.json is no object`);
  return parsed.value;
}

function serverStream({ name, streams, frame }: ServerDialect, golden: GoldenCase): Uint8Array {
  return frame(readFileSync(new URL(`servers/${name}/${golden}.${streams}`, FIXTURES), "utf8"));
}

function readable(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
