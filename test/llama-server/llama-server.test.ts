import { describe, expect, test } from "vitest";
import { FakeClock } from "../../packages/millrace/src/conformance/fake-clock.ts";
import { replaysOf } from "../../packages/millrace/src/conformance/recordings/replay.ts";
import { runThroughLibrary } from "../../packages/millrace/src/conformance/runners/library-run.ts";
import type { GatewayRun } from "../../packages/millrace/src/conformance/runners/gateway-run.ts";
import { createScriptedUpstream } from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { openGateway, openLibrary } from "../conformance/subjects.ts";
import type { Fact, FactSheet } from "./fact.ts";
import { SHEETS } from "./facts/catalog.ts";
import { EMBEDDINGS } from "./facts/embeddings.ts";
import { ERRORS } from "./facts/errors.ts";
import { LOADING_WINDOW } from "./facts/loading.ts";
import { checkLive } from "./live.ts";
import { exchangeOf, exchangesOf, recordedFiles, replayedCases } from "./recorded.ts";
import { checkFacts } from "./suite.ts";

checkFacts("a llama-server as recorded", SHEETS, async (sheet) => ({
  isRecording: true,
  casesOf: (fact, side) => replayedCases(sheet, fact, side),
  checkGateway: (fact, form, run) => {
    expectSentAsRecorded(sheet, fact, run);
    if (form === "as recorded") expectPassedAsRecorded(sheet, fact, run);
  },
  close: async () => undefined,
}));

/** The recorded request is what the gateway sends; it adds no more than a wish for the usage. */
function expectSentAsRecorded(sheet: FactSheet, fact: Fact, { observed }: GatewayRun): void {
  const sent = observed.requests[0];
  const { request } = exchangeOf(sheet, fact.title);
  if (sent === undefined || fact.ask !== undefined || request.method === "GET") return;
  expect(request.path).toMatch(new RegExp(`^${sent.path}(\\?|$)`));
  if (request.path === "/v1/embeddings") return expect(sent.body).toHaveProperty("input");
  expect(sent.body).toMatchObject(JSON.parse(request.body) as object);
}

/** A good answer passes byte by byte as it came. */
function expectPassedAsRecorded(sheet: FactSheet, fact: Fact, { observed, body }: GatewayRun): void {
  const { request, reply } = exchangeOf(sheet, fact.title);
  if (request.method === "GET" || observed.status !== 200 || observed.error !== undefined) return;
  expect(body.toString()).toBe(reply.body);
}

describe("the recordings", () => {
  test("each file has a sheet", () => {
    expect(SHEETS.map(({ file }) => file).toSorted()).toEqual(recordedFiles().toSorted());
  });

  test.each(SHEETS)("$file: each exchange is asked for, or it is said why not", ({ file, facts, notAsked = {} }) => {
    const named = [...facts.map(({ title }) => title), ...Object.keys(notAsked)];
    expect(named.toSorted()).toEqual(
      exchangesOf(file)
        .map(({ title }) => title)
        .toSorted(),
    );
  });

  test("vectors are the same as floats and as base64, and have the length 1", async () => {
    const vectors = await Promise.all(["float", "base64", "token array"].map(firstVector));
    for (const vector of vectors) {
      expect(vector).toHaveLength(256);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
      expect(vector.map(Math.fround)).toEqual(vectors[0]?.map(Math.fround));
    }
  });

  test("a server that loads is loading, then up", async () => {
    const replies = ["loading, GET /health", "ready, GET /health"].map((title) => firstReplay(LOADING_WINDOW, title));
    const upstream = await createScriptedUpstream((exchange, index) =>
      exchange.send(replies[Math.min(index, replies.length - 1)] ?? ""),
    );
    const library = await openLibrary({ profile: "llama.cpp", baseUrl: upstream.url, clock: new FakeClock() });
    expect(await library.healthCheck()).toMatchObject({ healthy: false, state: "loading" });
    expect(await library.healthCheck()).toMatchObject({ healthy: true, state: "up" });
    await library.close();
    await upstream.close();
  });

  test("a stream of the old completions passes the gateway as it is", async () => {
    const { request, reply } = exchangeOf(ERRORS, "legacy completion stream");
    const upstream = await createScriptedUpstream((exchange) =>
      exchange.send(firstReplay(ERRORS, "legacy completion stream")),
    );
    const gateway = await openGateway({ profile: "llama.cpp", baseUrl: upstream.url, clock: new FakeClock() });
    const body = request.body.replace('"tiny"', '"upstream/tiny"');
    const answer = await fetch(gateway.url + request.path, { method: "POST", body });
    expect(await answer.text()).toBe(reply.body);
    expect(upstream.exchanges[0]?.request.json()).toMatchObject(JSON.parse(request.body) as object);
    await gateway.close();
    await upstream.close();
  });
});

const binary = process.env["MILLRACE_LLAMA_SERVER"];
if (binary !== undefined && binary !== "") checkLive(binary);

function firstReplay(sheet: FactSheet, title: string): Uint8Array {
  for (const { bytes } of replaysOf(exchangeOf(sheet, title).reply)) return bytes;
  return new Uint8Array();
}

async function firstVector(title: string): Promise<readonly number[]> {
  const fact = EMBEDDINGS.facts.find((candidate) => candidate.title === title);
  for (const { testCase } of fact === undefined ? [] : replayedCases(EMBEDDINGS, fact, "library")) {
    const { vectors } = await runThroughLibrary(testCase, openLibrary);
    return vectors?.[0] ?? [];
  }
  return [];
}
