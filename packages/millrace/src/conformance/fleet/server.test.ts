import { expect, test } from "vitest";
import { EventClock } from "./event-clock.ts";
import type { ServerSpec } from "./server-spec.ts";
import { type ServerCall, SimulatedServer } from "./server.ts";

/** Reads a token in a millisecond, and writes one in ten. */
const SPEC: ServerSpec = { name: "desk", slots: 2, prefillPerS: 1000, decodePerS: 100, cacheTokens: 10_000 };

class Lab {
  readonly clock = new EventClock();
  readonly seen: string[] = [];
  readonly server: SimulatedServer;

  constructor(more: Partial<ServerSpec> = {}) {
    this.server = new SimulatedServer({ ...SPEC, ...more }, this.clock, () => 0.3);
  }

  ask(name: string, more: Partial<ServerCall> = {}): () => void {
    const say = (what: string): void => void this.seen.push(`${this.clock.now()} ${name} ${what}`);
    return this.server.submit({
      model: "chat",
      conversation: name,
      promptTokens: 100,
      outputTokens: 11,
      onFirstContent: (cached) => say(`content, ${cached} cached`),
      onAnswered: () => say("answered"),
      onFailed: ({ kind, partial }) => say(partial === true ? `${kind} after content` : kind),
      ...more,
    });
  }

  askAt(atMs: number, name: string, more: Partial<ServerCall> = {}): void {
    this.clock.setTimer(atMs - this.clock.now(), () => this.ask(name, more));
  }

  run(): string[] {
    while (this.clock.next());
    return this.seen;
  }
}

test("content comes when the prompt is read, and the answer ends a token's time after each token", () => {
  const lab = new Lab();
  lab.ask("a");
  expect(lab.run()).toEqual(["110 a content, 0 cached", "210 a answered"]);
});

test("a conversation that goes on is read from where it was left", () => {
  const lab = new Lab();
  lab.ask("a");
  lab.askAt(1000, "a", { promptTokens: 150 });
  expect(lab.run().slice(2)).toEqual(["1049 a content, 111 cached", "1149 a answered"]);
});

test("who finds no slot waits, first come first served", () => {
  const lab = new Lab();
  for (const name of ["a", "b", "c", "d"]) lab.ask(name);
  expect(lab.server.load).toEqual({ up: true, loaded: undefined, slots: 2, running: 2, waiting: 2 });
  expect(lab.run().filter((line) => line.includes("content"))).toEqual([
    "110 a content, 0 cached",
    "110 b content, 0 cached",
    "320 c content, 0 cached",
    "320 d content, 0 cached",
  ]);
});

test("who leaves makes room at once, and hears nothing more", () => {
  const lab = new Lab({ slots: 1 });
  const leave = lab.ask("a");
  lab.ask("b");
  lab.clock.setTimer(50, leave);
  expect(lab.run()).toEqual(["160 b content, 0 cached", "260 b answered"]);
  expect(lab.server.load).toEqual({ up: true, loaded: undefined, slots: 1, running: 0, waiting: 0 });
});

test("a server that goes down cuts what runs, refuses what comes, and has forgotten everything when it is back", () => {
  const lab = new Lab({ slots: 1, troubles: [{ kind: "down", fromMs: 120, untilMs: 500 }] });
  lab.ask("a");
  lab.ask("b");
  lab.askAt(300, "c");
  lab.askAt(600, "a");
  expect(lab.run()).toEqual([
    "110 a content, 0 cached",
    "120 a connection after content",
    "120 b connection",
    "301 c connection",
    "710 a content, 0 cached",
    "810 a answered",
  ]);
});

test.each([
  { kind: "errors", share: 1, seen: ["5 a server"] },
  { kind: "errors", share: 0.2, seen: ["110 a content, 0 cached", "210 a answered"] },
  { kind: "slow", factor: 3, seen: ["330 a content, 0 cached", "630 a answered"] },
  { kind: "silent", seen: ["60000 a timeout"] },
] as const)("a server that is in trouble: $kind", ({ seen, ...trouble }) => {
  const lab = new Lab({ troubles: [{ ...trouble, fromMs: 0, untilMs: 1000 }] });
  lab.clock.next();
  lab.ask("a");
  expect(lab.run()).toEqual(seen);
});

test("slots that work for somebody else are not there, and count as running", () => {
  const lab = new Lab({ troubles: [{ kind: "shared", slots: 1, fromMs: 0, untilMs: 5000 }] });
  lab.clock.next();
  lab.ask("a");
  lab.ask("b");
  expect(lab.server.load).toEqual({ up: true, loaded: undefined, slots: 2, running: 2, waiting: 1 });
});

const ONE_AT_A_TIME: Partial<ServerSpec> = {
  models: [
    { model: "chat", loadMs: 1000 },
    { model: "code", loadMs: 2000 },
  ],
};

test("a model is loaded once for all who ask for it", () => {
  const lab = new Lab(ONE_AT_A_TIME);
  lab.ask("a");
  lab.ask("b");
  expect(lab.run().slice(0, 2)).toEqual(["1110 a content, 0 cached", "1110 b content, 0 cached"]);
  expect(lab.server.loads).toBe(1);
});

test("a busy model is never put out for another", () => {
  const lab = new Lab(ONE_AT_A_TIME);
  lab.ask("a");
  lab.askAt(1050, "b", { model: "code" });
  expect(lab.run()).toEqual([
    "1110 a content, 0 cached",
    "1210 a answered",
    "3320 b content, 0 cached",
    "3420 b answered",
  ]);
  expect(lab.server.loads).toBe(2);
});

test("a server that refuses while it loads says so, and loads all the same", () => {
  const lab = new Lab({ ...ONE_AT_A_TIME, whileLoading: "refuse" });
  lab.ask("a");
  lab.askAt(1001, "b");
  expect(lab.run()).toEqual(["1 a loading", "1111 b content, 0 cached", "1211 b answered"]);
});
