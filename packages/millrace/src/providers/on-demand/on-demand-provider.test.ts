import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import type { ForwardReply } from "../provider.ts";
import { errorOf } from "../http/testing/failing.ts";
import type { OnDemandCommand } from "./command.ts";
import { nodeProcesses } from "./node-processes.ts";
import { OnDemandProvider, type OnDemandProviderOptions } from "./on-demand-provider.ts";

const SCRIPT = new URL("testing/model-server-process.ts", import.meta.url).pathname;
const GATEWAY = new URL("testing/gateway-process.ts", import.meta.url).pathname;
const ASK = { model: "m", prompt: "hi" };

interface Desk {
  readonly provider: OnDemandProvider;
  /** Lines it printed. */
  readonly lines: string[];
  readonly states: string[];
  /** Resolves when the server gets into this state again. */
  readonly next: (state: string) => Promise<void>;
  /** Resolves when it has printed this line. */
  readonly printed: (line: string) => Promise<void>;
}

/** A provider whose server is a process of its own, with these manners. */
function desk(
  manners: readonly string[] = [],
  command: Partial<OnDemandCommand> = {},
  more: Partial<OnDemandProviderOptions> = {},
): Desk {
  const lines: string[] = [];
  const states: string[] = [];
  const waiting = new Map<string, () => void>();
  const provider = new OnDemandProvider({
    name: "desk",
    profile: "llama.cpp",
    onOutput: ({ stream, text }) => {
      lines.push(`${stream} ${text}`);
      waiting.get(`line ${text}`)?.();
    },
    onServerState: ({ state }) => {
      states.push(state);
      waiting.get(state)?.();
    },
    command: { command: [process.execPath, SCRIPT, "{port}", ...manners], ...command },
    ...more,
  });
  onTestFinished(() => provider.close());
  const next = (state: string): Promise<void> => new Promise((resolve) => waiting.set(state, resolve));
  const printed = async (line: string): Promise<void> => {
    if (!lines.includes(`stdout ${line}`)) await next(`line ${line}`);
  };
  return { provider, lines, states, next, printed };
}

function forwarded(provider: OnDemandProvider, content: string): Promise<ForwardReply> {
  const json = { model: "m", messages: [{ role: "user", content }], stream: true };
  const body = { bytes: new TextEncoder().encode(JSON.stringify(json)), json, outline: json };
  return provider.forward({ operation: "chat-completions", model: "m", body, stream: true });
}

/** A connection to a server, and its end, which is the server's. */
async function attached(port: number | string): Promise<{ readonly socket: Socket; readonly ended: Promise<void> }> {
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  // A process that is killed resets its connections.
  const ended = new Promise<void>((resolve) => socket.on("error", () => undefined).on("close", () => resolve()));
  return { socket, ended };
}

/** Makes a server end by itself. */
async function end(provider: OnDemandProvider): Promise<void> {
  const { socket } = await attached(new URL(provider.baseUrl).port);
  socket.write("GET /end HTTP/1.1\r\nhost: a\r\n\r\n");
}

describe("a server that is started by the first call", () => {
  test("answers it, at a port that was chosen", async () => {
    const { provider, states } = desk(["loading"]);
    expect(provider.baseUrl).toBe("http://127.0.0.1:0/v1");
    expect((await provider.infer(ASK)).text).toBe("Hello");
    expect(provider.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+\/v1$/);
    expect(states).toEqual(["starting", "ready"]);
    await provider.close();
    expect(states).toEqual(["starting", "ready", "stopping", "stopped"]);
    expect(await nodeProcesses.isTaken("127.0.0.1", Number(new URL(provider.baseUrl).port))).toBe(false);
  });

  test("answers at the port of its base URL where that is given", async () => {
    const port = await nodeProcesses.freePort();
    const { provider } = desk([], {}, { baseUrl: `http://127.0.0.1:${port}` });
    expect((await provider.infer(ASK)).text).toBe("Hello");
    expect(provider.baseUrl).toBe(`http://127.0.0.1:${port}/v1`);
  });

  test("is one for calls that come at once, of every kind", async () => {
    const { provider, states } = desk();
    const stream = provider.inferStream(ASK);
    const events: string[] = [];
    const reading = (async () => {
      for await (const event of stream) events.push(event.type);
    })();
    const reply = await forwarded(provider, "hi");
    const [answer] = await Promise.all([provider.infer(ASK), reading]);
    expect([answer.text, (await stream.response).text, events.at(-1)]).toEqual(["Hello", "Hello", "finish"]);
    expect(reply.body.kind).toBe("byte-stream");
    expect(states).toEqual(["starting", "ready"]);
  });

  test("has its variables and its folder", async () => {
    const folder = realpathSync(tmpdir());
    const { provider, lines } = desk(["env"], { env: { WORD: "on {port}", API_TOKEN: "{port}" }, cwd: folder });
    await provider.infer(ASK);
    const port = new URL(provider.baseUrl).port;
    expect(lines).toContain(`stdout on ${port} ${folder}`);
  });

  test("prints what is told without its secrets", async () => {
    const { provider, lines } = desk(
      ["env"],
      { env: { WORD: "sk-env sk-key", API_TOKEN: "sk-env" } },
      { apiKey: "sk-key" },
    );
    await provider.infer(ASK);
    expect(lines).toContain(`stdout [redacted] [redacted] ${process.cwd()}`);
  });

  test("is not started by what cannot be asked of it", async () => {
    const { provider, states } = desk();
    const unsupported = new OnDemandProvider({
      name: "desk",
      profile: { ...(await import("../profiles/catalog.ts")).profileOf("llama.cpp")!, operations: [] },
      command: { command: ["unused", "{port}"] },
      onServerState: ({ state }) => states.push(state),
    });
    expect((await errorOf(forwarded(unsupported, "hi"))).kind).toBe("unsupported");
    expect(states).toEqual([]);
    await provider.close();
  });
});

describe("lists, health and load", () => {
  test("never start it, and tell that it does not run", async () => {
    const { provider, states } = desk([], { models: ["qwen"] });
    expect(await provider.healthCheck()).toEqual({ healthy: true, state: "stopped", latencyMs: 0 });
    expect(await provider.readLoad()).toBeUndefined();
    expect(await provider.listModels()).toEqual([
      { id: "qwen", name: "qwen", provider: "desk", state: "unloaded", raw: { id: "qwen" } },
    ]);
    expect(states).toEqual([]);
  });

  test("are the server's own while it runs, under the configured name", async () => {
    const { provider } = desk([], { models: ["qwen"] });
    await provider.infer(ASK);
    expect(await provider.healthCheck()).toMatchObject({ healthy: true, state: "up" });
    expect(await provider.listModels()).toMatchObject([{ id: "qwen", raw: { id: "model.gguf" } }]);
  });

  test("tell what it listed before, when it has stopped", async () => {
    const { provider, next } = desk([], { idleMs: 1 });
    const stopped = next("stopped");
    const stream = await forwarded(provider, "go on");
    expect((await provider.listModels()).map(({ id }) => id)).toEqual(["model.gguf"]);
    if (stream.body.kind === "byte-stream") await stream.body.bytes[Symbol.asyncIterator]().return?.();
    await stopped;
    expect(await provider.listModels()).toMatchObject([{ id: "model.gguf", state: "unloaded" }]);
  });

  test("tell while it is starting, and why it is not started again", async () => {
    const { provider, states, next } = desk(["failing"], { models: ["qwen"] });
    const starting = next("starting");
    const failed = errorOf(provider.infer(ASK));
    await starting;
    expect(await provider.listModels()).toMatchObject([{ state: "loading" }]);
    expect(await provider.healthCheck()).toMatchObject({ healthy: false, state: "loading" });
    await failed;
    expect(states.at(-1)).toBe("failed");
    expect(await provider.listModels()).toMatchObject([{ state: "failed" }]);
    const health = await provider.healthCheck();
    expect(health).toMatchObject({ healthy: false, state: "failing", failure: { code: "start_failed" } });
    expect(health.failure?.message).toContain("desk: Starting the server failed; the next try is in");
  });
});

describe("a call holds the server", () => {
  test.each(["read to its end", "left"])("until its reply has been %s", async (how) => {
    const { provider, states, next } = desk([], { idleMs: 1 });
    const { body } = await forwarded(provider, how === "left" ? "go on" : "hi");
    if (body.kind !== "byte-stream") throw new Error("not a stream");
    const stopped = next("stopped");
    const bytes = body.bytes[Symbol.asyncIterator]();
    await bytes.next();
    await provider.healthCheck();
    expect(states).toEqual(["starting", "ready"]);
    if (how === "left") await bytes.return?.();
    else while ((await bytes.next()).done !== true);
    await stopped;
  });

  test("until its caller has left", async () => {
    const { provider, next } = desk([], { idleMs: 1 });
    const stopped = next("stopped");
    const stream = provider.inferStream({ ...ASK, prompt: "go on" });
    const reading = (async () => {
      for await (const event of stream) if (event.type === "text-delta") stream.cancel();
    })();
    expect((await errorOf(reading)).kind).toBe("cancelled");
    await stopped;
  });

  test("and its caller's leaving while it starts ends the wait", async () => {
    const { provider, next } = desk();
    const starting = next("starting");
    const stop = new AbortController();
    const stream = provider.inferStream(ASK, { signal: stop.signal });
    const failed = errorOf(stream.response);
    await starting;
    stop.abort();
    expect((await failed).kind).toBe("cancelled");
  });
});

describe("a server that cannot be started", () => {
  test("tells its exit code and its last words", async () => {
    const { provider } = desk(["failing"]);
    const { failure } = await errorOf(provider.infer(ASK));
    expect(failure).toMatchObject({
      code: "start_failed",
      details: { exit_code: 3, output: expect.arrayContaining(["cannot load the model"]) },
    });
  });

  test.each<[string, Partial<OnDemandCommand>, RegExp]>([
    ["whose program is not there", { command: ["/nowhere/llama-server", "{port}"] }, /program was not found/],
    ["that is a word of the shell", { command: ["exit", "{port}"] }, /program was not found/],
    ["whose folder is not there", { cwd: "/nowhere/at/all" }, /its folder \/nowhere\/at\/all is not there/],
  ])("%s", async (_, command, message) => {
    const { provider } = desk([], command);
    expect((await errorOf(provider.infer(ASK))).message).toMatch(message);
  });

  test("because somebody else has its address", async () => {
    const { provider } = desk();
    await provider.infer(ASK);
    const second = desk([], { stopMs: 1 }, { baseUrl: provider.baseUrl });
    const { failure } = await errorOf(second.provider.infer(ASK));
    expect(failure).toMatchObject({ code: "start_failed", fault: "gateway" });
    expect(failure.message).toContain("something else already listens on 127.0.0.1:");
  });

  test.each<[string, Partial<OnDemandCommand>, Partial<OnDemandProviderOptions>]>([
    ["an empty command", { command: [] }, {}],
    ["a NUL character", { command: ["a\0b"] }, {}],
    ["a port where there is a socket file", {}, { baseUrl: "unix:/run/x.sock" }],
  ])("is refused at once for %s", (_, command, more) => {
    expect(() => desk([], command, more)).toThrow(ConfigurationError);
  });
});

describe("a server that ends by itself", () => {
  test("fails the call that goes on, and is there again for another try", async () => {
    const { provider, next, states } = desk();
    const failed = next("failed");
    const stream = provider.inferStream({ ...ASK, prompt: "go on" });
    const cut = errorOf(stream.response);
    await provider.infer(ASK);
    await end(provider);
    expect((await cut).kind).toBe("truncated");
    await failed;
    expect(states).toEqual(["starting", "ready", "failed"]);
  });
});

describe("what a server leaves behind", () => {
  test("ends when it does", async () => {
    const port = await nodeProcesses.freePort();
    const { provider, next, printed } = desk(["child"], { env: { PORT_OF_CHILD: String(port) } });
    const failed = next("failed");
    await Promise.all([provider.infer(ASK), printed(`listening on ${port}`)]);
    const { ended } = await attached(port);
    await end(provider);
    await Promise.all([failed, ended]);
  });

  test("ends when it is stopped, and when it has to be killed", async () => {
    const port = await nodeProcesses.freePort();
    const command = { env: { PORT_OF_CHILD: String(port) }, stopMs: 200 };
    const { provider, printed } = desk(["child", "stubborn"], command);
    await Promise.all([provider.infer(ASK), printed(`listening on ${port}`)]);
    const [child, server] = [await attached(port), await attached(new URL(provider.baseUrl).port)];
    await provider.close();
    await Promise.all([child.ended, server.ended]);
  });
});

describe("a server dies with its gateway", () => {
  const HOUR = 3_600_000;

  async function gateway(stopMs: number, manners: readonly string[]) {
    const port = await nodeProcesses.freePort();
    const args = [GATEWAY, String(port), String(stopMs), ...manners];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    return { child, port };
  }

  test.each<[string, NodeJS.Signals, number, readonly string[]]>([
    ["is killed", "SIGKILL", HOUR, []],
    ["is killed, also when it ignores being asked to end", "SIGKILL", 1000, ["stubborn"]],
    ["is ended without ending it", "SIGTERM", HOUR, []],
  ])("that %s", async (_, signal, stopMs, manners) => {
    const { child, port } = await gateway(stopMs, manners);
    const { ended } = await attached(port);
    child.kill(signal);
    await ended;
  });
});
