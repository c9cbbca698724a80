import { beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../../packages/millrace/src/conformance/fake-clock.ts";
import { ProviderError } from "../../packages/millrace/src/model/errors.ts";
import type { LlmProvider } from "../../packages/millrace/src/providers/provider.ts";
import { decodeChatRequest } from "../../packages/millrace/src/wire/chat-completions/request.ts";
import { openGateway, openLibrary } from "../conformance/subjects.ts";
import type { FactSheet } from "./fact.ts";
import { SHEETS } from "./facts/catalog.ts";
import { checkFleet } from "./fleet.ts";
import { type LiveServer, type ServerKind, startLlamaServer } from "./live-server.ts";
import { questionOf } from "./recorded.ts";
import { type Answerer, checkFacts, type FormedCase } from "./suite.ts";

/** Asks a running llama-server what was asked of the recordings, and what no recording can answer. */
export function checkLive(binary: string): void {
  checkFacts("a llama-server that runs", SHEETS.flatMap(askedLive), (sheet) => openAnswerer(binary, sheet));
  checkConnections(binary);
  checkLeaving(binary);
  checkSharedCache(binary);
  checkRouter(binary);
  checkFleet(binary);
}

/** The sheet without the facts that hold of its recording alone; nothing where none is left. */
function askedLive(sheet: FactSheet): readonly FactSheet[] {
  if (sheet.server === undefined) return [];
  return [{ ...sheet, facts: sheet.facts.filter(({ notLive }) => notLive === undefined) }];
}

async function openAnswerer(binary: string, sheet: FactSheet): Promise<Answerer> {
  if (sheet.server === undefined) throw new Error(`No server answers ${sheet.file}`);
  const server = await startLlamaServer(binary, sheet.server);
  return {
    isRecording: false,
    *casesOf(fact): Generator<FormedCase> {
      const question = questionOf(sheet, fact);
      const testCase = { ...question, setup: { ...question.setup, baseUrl: server.url } };
      yield { form: "as the profile asks", testCase };
      // For one JSON answer the profile has the server stream, so that it notices when the caller leaves.
      if (question.ask?.call === "whole") {
        yield { form: "as one answer", testCase: { ...testCase, setup: { ...testCase.setup, streamUpstream: false } } };
      }
    },
    close: () => server.stop(),
  };
}

/** The server closes a connection after every stream and every error, and says so only of the errors. */
function checkConnections(binary: string): void {
  describe("a llama-server that runs and closes its connections", () => {
    const server = withServer(binary, "chat");

    test("fails no call, in a row or at once, streamed or not, behind an error or not", async () => {
      const library = await libraryAt(server());
      const ask = async (at: number): Promise<string> => {
        const asked = decodeChatRequest({ ...ADA, ...(at % 4 === 3 && { n: 9 }) });
        const answer = at % 2 === 0 ? library.inferStream(asked).response : library.infer(asked);
        return answer.then(
          ({ text }) => text,
          (error: unknown) => (error instanceof ProviderError ? error.kind : String(error)),
        );
      };
      const calls = Array.from({ length: 24 }, (_, at) => at);
      const expected = calls.map((at) => (at % 4 === 3 ? "bad_request" : '{"name": "Ada", "age": 36}'));
      const inARow: string[] = [];
      for (const at of calls) inARow.push(await ask(at));
      expect(inARow).toEqual(expected);
      expect(await Promise.all(calls.map(ask))).toEqual(expected);
      await library.close();
    });
  });
}

const ADA = { model: "tiny", messages: [{ role: "user", content: "<|say:json|>" }] };
const ENDLESS = { model: "tiny", messages: [{ role: "user", content: "<|say:loop|>" }] };

/** The answer goes on for minutes unless the server is told that nobody waits for it. */
function checkLeaving(binary: string): void {
  describe("a llama-server that runs stops when the caller leaves", () => {
    const server = withServer(binary, "endless");

    test.for([
      { call: "a stream", stream: true },
      { call: "one answer", stream: false },
    ])("the library's, who waits for $call", async ({ stream }, { signal }) => {
      const library = await libraryAt(server());
      const caller = new AbortController();
      const options = { signal: caller.signal };
      const request = decodeChatRequest(ENDLESS);
      const answer = stream ? library.inferStream(request, options).response : library.infer(request, options);
      const refused = expect(answer).rejects.toMatchObject({ kind: "cancelled" });
      await slotsAre("busy", server(), signal);
      caller.abort();
      await refused;
      await slotsAre("idle", server(), signal);
      await library.close();
    });

    test.for([
      { call: "a stream", stream: true },
      { call: "one answer", stream: false },
    ])("the gateway's, who waits for $call", async ({ stream }, { signal }) => {
      const gateway = await openGateway({ profile: "llama.cpp", baseUrl: server().url, clock: new FakeClock() });
      const caller = new AbortController();
      const body = JSON.stringify({ ...ENDLESS, model: "upstream/tiny", stream });
      const reply = fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body, signal: caller.signal });
      const left = expect(reply.then((answer) => answer.text())).rejects.toThrow(/abort/i);
      await slotsAre("busy", server(), signal);
      caller.abort();
      await left;
      await slotsAre("idle", server(), signal);
      await gateway.close();
    });
  });
}

/** Two endless answers fill what they share, and at least one of them is told so in its stream. */
function checkSharedCache(binary: string): void {
  describe("a llama-server that runs out of its shared cache", () => {
    const server = withServer(binary, "shared cache");

    test("ends a stream with an error, which keeps what had come", async () => {
      const library = await libraryAt(server());
      const answers = [1, 2].map(() => library.inferStream(decodeChatRequest(ENDLESS)).response);
      const failed = (await Promise.allSettled(answers)).filter((answer) => answer.status === "rejected");
      expect(failed.length).toBeGreaterThan(0);
      for (const { reason } of failed) {
        expect(reason).toMatchObject({
          kind: "context_overflow",
          failure: { partial: true },
          partial: { text: expect.stringMatching(/^la0 la1 la2 la3 /) },
        });
      }
      await library.close();
    });
  });
}

function checkRouter(binary: string): void {
  describe("a llama-server that runs as a router", () => {
    const server = withServer(binary, "router");

    test("says which model is loaded, and loads the one that is asked for", async () => {
      const library = await libraryAt(server());
      expect(await states(library)).toEqual({ "tiny-a": "unloaded", "tiny-b": "unloaded" });
      for (const model of ["tiny-a", "tiny-b"]) {
        const { text } = await library.infer(decodeChatRequest({ ...ADA, model }));
        expect(text).toBe('{"name": "Ada", "age": 36}');
        expect(await states(library)).toMatchObject({ [model]: "ready" });
      }
      expect(await states(library)).toEqual({ "tiny-a": "unloaded", "tiny-b": "ready" });
      await library.close();
    });
  });
}

async function states(library: LlmProvider): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await library.listModels()).map(({ id, state }) => [id, state]));
}

/** A server for the tests of one block. */
function withServer(binary: string, kind: ServerKind): () => LiveServer {
  let server: LiveServer | undefined;
  beforeAll(async () => {
    const started = await startLlamaServer(binary, kind);
    server = started;
    return () => started.stop();
  });
  return () => {
    if (server === undefined) throw new Error("The server is not started yet");
    return server;
  };
}

async function libraryAt({ url }: LiveServer): Promise<LlmProvider> {
  return openLibrary({ profile: "llama.cpp", baseUrl: url, clock: new FakeClock() });
}

/** Resolves once the server says so; else the test's own limit, through its signal, ends the asking. */
async function slotsAre(state: "busy" | "idle", { url }: LiveServer, signal: AbortSignal): Promise<void> {
  for (;;) {
    const slots = (await (await fetch(`${url}/slots`, { signal })).json()) as readonly {
      readonly is_processing: boolean;
    }[];
    if (slots.every(({ is_processing: busy }) => busy === (state === "busy"))) return;
  }
}
