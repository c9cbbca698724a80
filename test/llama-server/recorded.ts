import { readdirSync, readFileSync } from "node:fs";
import type { Ask, ConformanceCase, Reply } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import {
  parseHttpTranscript,
  type RecordedExchange,
} from "../../packages/millrace/src/conformance/recordings/http-transcript.ts";
import { replaysOf } from "../../packages/millrace/src/conformance/recordings/replay.ts";
import { headerOf } from "../../packages/millrace/src/conformance/recordings/recorded-reply.ts";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { EmbeddingsRequest } from "../../packages/millrace/src/model/request.ts";
import type { Side } from "../conformance/expectation.ts";
import type { Fact, FactSheet } from "./fact.ts";
import type { FormedCase } from "./suite.ts";

const FOLDER = new URL("../../fixtures/llama-server/", import.meta.url);

/** The files of recorded exchanges. */
export function recordedFiles(): readonly string[] {
  return readdirSync(FOLDER);
}

/** The exchanges of a file. */
export function exchangesOf(file: string): readonly RecordedExchange[] {
  return parseHttpTranscript(readFileSync(new URL(file, FOLDER), "utf8"));
}

/** One exchange of a sheet's file, by its title. */
export function exchangeOf({ file }: FactSheet, title: string): RecordedExchange {
  const exchange = exchangesOf(file).find((candidate) => candidate.title === title);
  if (exchange === undefined) throw new Error(`${file} has no exchange "${title}"`);
  return exchange;
}

/** What a fact asks, as a case with no server behind it yet. */
export function questionOf(sheet: FactSheet, fact: Fact): ConformanceCase {
  const { request } = exchangeOf(sheet, fact.title);
  const apiKey = /^Bearer (.*)$/.exec(request.headers["authorization"] ?? "")?.[1];
  const { title, ask, expected, library, gateway } = fact;
  return {
    number: Number.parseInt(sheet.file, 10),
    title,
    setup: { profile: "llama.cpp", ...(apiKey !== undefined && { apiKey }) },
    ask: ask ?? askOf(request),
    replies: [],
    expected,
    ...(library && { library }),
    ...(gateway && { gateway }),
  };
}

/** The fact's question with the recorded replies to it, once in every form they can be replayed in. */
export function* replayedCases(sheet: FactSheet, fact: Fact, side: Side): Generator<FormedCase, void> {
  const question = questionOf(sheet, fact);
  // A reply to a question that asked for no stream is played to one that asks for none.
  const setup = { ...question.setup, ...(question.ask?.call === "whole" && { streamUpstream: false }) };
  const list = fact.list === undefined ? [] : [asRecorded(exchangeOf(sheet, fact.list))];
  const { reply } = exchangeOf(sheet, fact.title);
  for (const { form, bytes } of replaysOf(reply)) {
    const first = list.length > 0 && side === "gateway" ? [] : [replyOf(reply, bytes)];
    yield { form, testCase: { ...question, setup, replies: [...first, ...list] } };
  }
}

function asRecorded({ reply }: RecordedExchange): Reply {
  const [{ bytes } = { bytes: Buffer.alloc(0) }] = replaysOf(reply);
  return replyOf(reply, bytes);
}

function replyOf(reply: RecordedExchange["reply"], bytes: Uint8Array): Reply {
  const closes = headerOf(reply, "connection")?.toLowerCase() === "close";
  return [{ send: bytes }, ...(closes ? [{ end: "close" } as const] : [])];
}

function askOf({ method, path, body }: RecordedExchange["request"]): Ask {
  if (method === "GET") return { call: path === "/health" ? "health" : "models" };
  const json = JSON.parse(body) as JsonObject;
  if (path === "/v1/embeddings") return { call: "embeddings", request: embeddingsOf(json) };
  // A question that does not ask for the usage must not be given a wish for it.
  if (json["stream"] === true) return { call: "stream", body: { stream_options: undefined, ...json } };
  return { call: "whole", body: json };
}

function embeddingsOf(json: JsonObject): Omit<EmbeddingsRequest, "model"> {
  const { input, dimensions, encoding_format: encodingFormat } = json;
  return {
    input: input as EmbeddingsRequest["input"],
    ...(typeof dimensions === "number" && { dimensions }),
    ...((encodingFormat === "float" || encodingFormat === "base64") && { encodingFormat }),
  };
}
