import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import { parseJson } from "../../../packages/millrace/src/wire/json/parse.ts";
import { chat } from "./chat.ts";
import { type Fault, MODEL, type UpstreamDialect, type UpstreamId } from "./dialect.ts";
import { objectOf, textOf } from "./fields.ts";
import { type Frame, frameText } from "./frame.ts";
import { gemini } from "./gemini.ts";
import { messages } from "./messages.ts";
import { ollama } from "./ollama.ts";
import { responses } from "./responses.ts";
import { answerTo, isMainTurn } from "./script.ts";

export const dialects: Readonly<Record<UpstreamId, UpstreamDialect>> = { chat, messages, responses, gemini, ollama };

/** One request that reached the upstream. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly headerNames: readonly string[];
  readonly body: JsonObject;
  /** Part of the tested conversation, not a request beside it. */
  readonly isMain: boolean;
  readonly toolResults: readonly string[];
  readonly opaqueReasoning: readonly string[];
  readonly status: number;
}

export interface ScriptedUpstream {
  readonly dialect: UpstreamDialect;
  readonly fault?: Fault | undefined;
  /** What the gateway's configuration has as `base_url`. */
  readonly baseUrl: string;
  /** The same without a path, as clients have it that call it directly. */
  readonly origin: string;
  readonly log: readonly LoggedRequest[];
  close(): Promise<void>;
}

/** Starts a scripted server of one dialect on a free port. A fault spoils each main turn, also when it is tried again. */
export async function startUpstream(id: UpstreamId, fault?: Fault): Promise<ScriptedUpstream> {
  const dialect = dialects[id];
  const log: LoggedRequest[] = [];
  const server = createServer((request, response) => void handle({ dialect, fault, log }, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    dialect,
    fault,
    origin,
    baseUrl: `${origin}${dialect.basePath}`,
    log,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Serving {
  readonly dialect: UpstreamDialect;
  readonly fault: Fault | undefined;
  readonly log: LoggedRequest[];
}

interface Reply {
  readonly status: number;
  readonly json?: JsonObject;
  readonly frames?: readonly Frame[];
}

async function handle(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://upstream");
  const parsed = parseJson(await bodyText(request));
  const body = parsed.ok ? objectOf(parsed.value) : {};
  const isConversation = request.method === "POST" && serving.dialect.path.test(path);
  const asked = isConversation ? serving.dialect.read(body, path) : undefined;
  const isMain = asked !== undefined && isMainTurn(asked);
  const reply = asked === undefined ? otherReply(serving, request, body, path) : turn(serving, body, path, isMain);
  serving.log.push({
    method: request.method ?? "",
    path,
    headerNames: Object.keys(request.headers),
    body,
    isMain,
    toolResults: asked?.results ?? [],
    opaqueReasoning: asked?.opaqueReasoning ?? [],
    status: reply.status,
  });
  const { eventsQuery } = serving.dialect;
  if (reply.frames === undefined) sendJson(response, reply);
  else if (eventsQuery !== undefined && !searchParams.toString().includes(eventsQuery))
    sendArray(response, reply.frames);
  else sendFrames(response, reply.frames, serving.dialect.framing);
}

function turn({ dialect, fault }: Serving, body: JsonObject, path: string, isMain: boolean): Reply {
  if (![path, textOf(body["model"])].some((name) => name.includes(MODEL)))
    return { status: 404, json: dialect.error(404, "The model does not exist.") };
  const refused = dialect.refuses?.(body);
  if (refused !== undefined) return { status: 400, json: dialect.error(400, refused) };
  const asked = dialect.read(body, path);
  const active = isMain ? fault : undefined;
  if (active?.status !== undefined)
    return { status: active.status, json: dialect.error(active.status, "the model fell over") };
  const answer = answerTo(asked);
  if (!asked.stream) return { status: 200, json: dialect.whole(answer) };
  const frames = dialect.stream(answer);
  return { status: 200, frames: active === undefined ? frames : active.stream(frames) };
}

function otherReply({ dialect }: Serving, request: IncomingMessage, body: JsonObject, path: string): Reply {
  const found = dialect.others.find((other) => other.method === request.method && other.path.test(path));
  if (found === undefined) return { status: 404, json: dialect.error(404, `no such path: ${path}`) };
  return { status: 200, json: found.answer(body, path) };
}

function sendJson(response: ServerResponse, { status, json }: Reply): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}

function sendArray(response: ServerResponse, frames: readonly Frame[]): void {
  const items = frames.flatMap((frame) => (frame.kind === "event" ? [frame.data] : []));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(items));
}

function sendFrames(response: ServerResponse, frames: readonly Frame[], framing: UpstreamDialect["framing"]): void {
  const contentType = framing === "sse" ? "text/event-stream" : "application/x-ndjson";
  response.writeHead(200, { "content-type": contentType }).flushHeaders();
  for (const frame of frames) {
    if (frame.kind === "stall") return;
    if (frame.kind === "cut") {
      // What was written is on its way before the connection ends.
      setImmediate(() => response.destroy());
      return;
    }
    response.write(frameText(frame, framing));
  }
  response.end();
}
