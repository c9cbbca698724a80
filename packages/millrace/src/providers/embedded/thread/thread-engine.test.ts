import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { Cancellation } from "../../../model/cancellation.ts";
import { errorOf } from "../../http/testing/failing.ts";
import type { EngineSettings, GenerateRequest, Piece } from "../engine.ts";
import { ThreadEngine } from "./thread-engine.ts";

const SETTINGS: EngineSettings = {
  packagePath: "",
  modelPath: "m.gguf",
  contextTokens: 4096,
  slots: 1,
  gpu: "off",
};
const NEVER = new Cancellation();

let engine: ThreadEngine | undefined;
afterEach(() => engine?.close());

function open(settings: Partial<EngineSettings> = {}): ThreadEngine {
  const entry = new URL("../testing/scripted-engine-thread.ts", import.meta.url);
  engine = new ThreadEngine({ ...SETTINGS, ...settings }, new Worker(entry));
  return engine;
}

function saying(text: string): GenerateRequest {
  return { turns: [{ type: "user", text }], tools: [], mustCall: [], maxCalls: 1, sampling: {}, stops: [] };
}

const ignore = (): void => undefined;

test("answers cross the thread piece by piece, each to whoever asked", async () => {
  const one = open();
  expect(await one.load()).toEqual({ contextTokens: 4096, threads: 1 });
  const texts = ["a", "b", "c"].map(async (word) => {
    const heard: Piece[] = [];
    const generated = await one.generate(saying(word), (pieces) => heard.push(...pieces), NEVER);
    return [heard, generated.reason];
  });
  expect(await Promise.all(texts)).toEqual(["a", "b", "c"].map((text) => [[{ type: "text", text }], "stop"]));
});

test("vectors cross it", async () => {
  const one = open();
  await one.load();
  expect(await one.embed(["abc"], NEVER)).toEqual({ vectors: [[3, 0.5]], tokens: 3 });
});

test("an answer is cancelled over there", async () => {
  const one = open();
  await one.load();
  const leaving = new Cancellation();
  const ended = errorOf(one.generate(saying("loop"), () => leaving.cancel(), leaving));
  expect((await ended).kind).toBe("cancelled");
});

test("so is one whose caller has left before", async () => {
  const one = open();
  await one.load();
  const gone = new Cancellation();
  gone.cancel();
  expect((await errorOf(one.generate(saying("loop"), ignore, gone))).kind).toBe("cancelled");
});

test("a model that cannot be loaded says why", async () => {
  expect((await errorOf(open({ modelPath: "broken.gguf" }).load())).message).toContain("It is broken.");
});

test("all that is under way fails when the thread dies, and so does what comes later", async () => {
  const one = open();
  await one.load();
  const loop = errorOf(one.generate(saying("loop"), ignore, NEVER));
  const last = errorOf(one.generate(saying("die"), ignore, NEVER));
  const dead = { kind: "server", message: "The embedded engine has ended: its thread is over." };
  expect([await loop, await last]).toMatchObject([dead, dead]);
  expect(await one.ended).toMatchObject(dead);
  expect(await errorOf(one.generate(saying("a"), ignore, NEVER))).toMatchObject(dead);
});

test("closing ends the thread, and what is under way", async () => {
  const one = open();
  await one.load();
  const loop = errorOf(one.generate(saying("loop"), ignore, NEVER));
  await one.close();
  expect((await loop).kind).toBe("cancelled");
  await one.close();
});

test.each([
  ["an idle engine does not", "idle", "loaded\n"],
  ["one that is being closed does, until it is", "close", "loaded\ncancelled\nclosed\n"],
])("keeping the process alive: %s", async (_, what, said) => {
  const file = fileURLToPath(new URL("../testing/engine-owner-process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, what]);
  expect(stdout).toBe(said);
});
