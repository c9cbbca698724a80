import { request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { decodeFloats } from "../../wire/embeddings/float-codec.ts";
import { isArray, isObject, numberOf, stringOf } from "../../wire/json/read.ts";
import type { Ask, ConformanceCase, StreamCut } from "../cases/conformance-case.ts";
import type { Observed } from "../cases/observed.ts";
import { FakeClock } from "../fake-clock.ts";
import type { ReadEvent } from "./canonical-stream.ts";
import { bodyOf } from "./case-body.ts";
import { readError, readReply, readStream } from "./client-reading.ts";
import { openStage } from "./play.ts";
import { refusedSetup } from "./refused-setup.ts";
import type { OpenGateway } from "./subject.ts";

/** Reads server-sent events; whoever runs the cases brings a reader that is not ours. */
export type ReadEvents = (text: string) => readonly ReadEvent[];

export interface GatewayRun {
  readonly observed: Observed;
  /** The reply's body as it came down to the client. */
  readonly body: Buffer;
  /** The events of a reply that is a stream. */
  readonly events?: readonly ReadEvent[];
}

/** Runs one case through a gateway, and says what its client came to know. */
export async function runThroughGateway(
  testCase: ConformanceCase,
  open: OpenGateway,
  readEvents: ReadEvents,
  cut: StreamCut = { kind: "whole" },
): Promise<GatewayRun> {
  const clock = new FakeClock();
  const client = new AbortController();
  const { replies, startsAfterMs } = testCase;
  const stage = await openStage({ replies, startsAfterMs, cut, clock, leave: () => client.abort() });
  const { setup = {}, ask = { call: "stream" } } = testCase;
  const baseUrl = (setup.baseUrl ?? "{url}").replace("{url}", stage.url);
  try {
    const gateway = await open({ ...setup, baseUrl, clock });
    try {
      for (let made = 1; made < (testCase.calls ?? 1); made += 1) {
        await sendQuestion(gateway.url, ask, client.signal);
        await stage.settled();
      }
      const reply = await sendQuestion(gateway.url, ask, client.signal);
      const { known, events } = read(reply, ask, readEvents);
      const observed = { ...known, ...(await stage.report()) };
      return { observed, body: reply?.body ?? Buffer.alloc(0), ...(events && { events }) };
    } finally {
      await gateway.close();
    }
  } catch (error) {
    return { observed: { ...refusedSetup(error), ...(await stage.report()) }, body: Buffer.alloc(0) };
  } finally {
    await stage.close();
  }
}

interface ClientReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const PATHS: Readonly<Record<Ask["call"], string>> = {
  stream: "/v1/chat/completions",
  whole: "/v1/chat/completions",
  embeddings: "/v1/embeddings",
  models: "/v1/models",
  health: "/ready",
};

const STREAMING: JsonObject = { stream: true, stream_options: { include_usage: true } };

/** The reply; nothing when the client left before it was whole. */
async function sendQuestion(url: string, ask: Ask, signal: AbortSignal): Promise<ClientReply | undefined> {
  const isRead = ask.call === "models" || ask.call === "health";
  const question = { ...(ask.call === "stream" && STREAMING), ...bodyOf(ask) };
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = isRead ? {} : { "content-type": "application/json" };
      const outgoing = httpRequest(`${url}${PATHS[ask.call]}`, { method: isRead ? "GET" : "POST", headers, signal });
      outgoing.on("response", resolve).on("error", reject);
      outgoing.end(isRead ? undefined : JSON.stringify({ ...question, model: named(question) }));
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
    return { status: message.statusCode ?? 0, headers, body: await buffer(message) };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** The model's name as a client of the gateway says it. */
function named(body: JsonObject): string {
  return `upstream/${stringOf(body["model"]) ?? ""}`;
}

type Known = Omit<Observed, "requests" | "connections" | "leftRunning">;

function read(
  reply: ClientReply | undefined,
  ask: Ask,
  readEvents: ReadEvents,
): { readonly known: Known; readonly events?: readonly ReadEvent[] } {
  if (reply === undefined) return { known: { choices: [] } };
  const { status, headers, body } = reply;
  const text = body.toString("utf8");
  if (headers["content-type"]?.startsWith("text/event-stream")) {
    const events = readEvents(text);
    return { known: { ...readStream(events), status, headers }, events };
  }
  const json = JSON.parse(text) as JsonObject;
  const { error } = json;
  if (isObject(error)) return { known: { choices: [], status, headers, error: readError(error, headers) } };
  return { known: { ...readAnswer(json, ask), status, headers } };
}

function readAnswer(json: JsonObject, ask: Ask): Known {
  const data = isArray(json["data"]) ? json["data"].filter(isObject) : [];
  if (ask.call === "embeddings")
    return { ...readReply(json), vectors: data.map((item) => vectorOf(item["embedding"])) };
  if (ask.call === "models") return { choices: [], models: data.map(modelOf) };
  return readReply(json);
}

function vectorOf(embedding: JsonValue | undefined): readonly number[] {
  if (typeof embedding === "string") return decodeFloats(embedding) ?? [];
  return isArray(embedding) ? embedding.map(Number) : [];
}

/** A list entry, with the provider's name taken off its id. */
function modelOf(entry: JsonObject): Partial<ModelInfo> {
  const contextLength = numberOf(entry["context_length"]);
  const state = stringOf(entry["state"]);
  return {
    id: (stringOf(entry["id"]) ?? "").replace(/^upstream\//, ""),
    ...(contextLength !== undefined && { contextLength }),
    ...(state !== undefined && { state: state as ModelInfo["state"] }),
  };
}
