import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { Cancellation } from "../../model/cancellation.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { errorOf } from "../http/testing/failing.ts";
import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";
import { createEmbeddedTransport } from "./embedded-transport.ts";
import type { Piece } from "./engine.ts";
import type { EmbeddedModel } from "./options.ts";
import { ScriptedEngine } from "./testing/scripted-engine.ts";

const NO_LIMITS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-embedded-"));
  await writeFile(join(folder, "tiny.Q4.gguf"), "GGUF and so on");
  await writeFile(join(folder, "notes.gguf"), "Dear diary");
  const installed = join(folder, "node_modules", "node-llama-cpp");
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, "package.json"), '{ "name": "node-llama-cpp", "main": "index.js" }');
  await writeFile(join(installed, "index.js"), "");
});
afterAll(() => rm(folder, { recursive: true }));

class Open {
  readonly clock = new FakeClock();
  readonly engine = new ScriptedEngine();
  readonly transport: Transport;

  constructor(model: Partial<EmbeddedModel> = {}, packageFolder: string = folder) {
    this.transport = createEmbeddedTransport({
      clock: this.clock,
      model: { file: join(folder, "tiny.Q4.gguf"), ...model },
      packageFolders: [packageFolder],
      startEngine: () => this.engine,
    });
  }

  ask(body: JsonObject, more: Partial<TransportRequest> = {}): Promise<TransportReply> {
    return this.transport.send({
      method: "POST",
      url: "http://embedded.invalid/v1/chat/completions",
      headers: {},
      body: JSON.stringify({ model: "tiny.Q4", messages: [{ role: "user", content: "Hi" }], ...body }),
      timeouts: NO_LIMITS,
      ...more,
    });
  }

  async look(path: string): Promise<unknown> {
    const url = `http://embedded.invalid/v1${path}`;
    const reply = await this.transport.send({ method: "GET", url, headers: {}, timeouts: NO_LIMITS });
    return JSON.parse(await textOf(reply));
  }

  async load(): Promise<void> {
    expect((await errorOf(this.ask({}))).kind).toBe("loading");
    this.engine.loaded();
    await turn();
  }
}

async function loaded(model: Partial<EmbeddedModel> = {}): Promise<Open> {
  const open = new Open(model);
  await open.load();
  return open;
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function textOf({ body }: TransportReply): Promise<string> {
  let text = "";
  for await (const bytes of body) text += new TextDecoder().decode(bytes);
  return text;
}

async function eventsOf(reply: TransportReply): Promise<readonly unknown[]> {
  const data = (await textOf(reply)).split("\n\n").filter((event) => event !== "");
  expect(data.pop()).toBe("data: [DONE]");
  return data.map((event) => JSON.parse(event.replace(/^data: /u, "")));
}

const CALL: readonly Piece[] = [
  { type: "reasoning", text: "Hm" },
  { type: "text", text: "Look: " },
  { type: "call", call: 0, name: "get_weather" },
  { type: "arguments", call: 0, text: '{"city":' },
  { type: "arguments", call: 0, text: '"Oslo"}' },
  { type: "call-end", call: 0 },
];
const USAGE = {
  prompt_tokens: 7,
  completion_tokens: 5,
  total_tokens: 12,
  prompt_tokens_details: { cached_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

describe("an answer", () => {
  test("comes whole", async () => {
    const open = await loaded();
    open.engine.script = { pieces: CALL, ending: { reason: "tool_calls" } };
    const reply = await open.ask({});
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    const id = reply.headers["x-request-id"] ?? "";
    expect(JSON.parse(await textOf(reply))).toMatchObject({
      id: `chatcmpl-${id}`,
      model: "tiny.Q4",
      choices: [
        {
          message: {
            role: "assistant",
            content: "Look: ",
            reasoning_content: "Hm",
            tool_calls: [
              { id: `call_${id}_0`, type: "function", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } },
            ],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: USAGE,
    });
  });

  test("streams in its pieces, with usage where it is asked for", async () => {
    const open = await loaded();
    open.engine.script = { pieces: CALL, ending: { reason: "tool_calls" } };
    const reply = await open.ask({ stream: true, stream_options: { include_usage: true } });
    expect(reply.headers["content-type"]).toBe("text/event-stream");
    const deltas = (await eventsOf(reply)).map((event) => {
      const { choices, usage } = event as {
        choices: { delta: object; finish_reason: string | null }[];
        usage?: object;
      };
      return usage ?? choices[0]?.finish_reason ?? choices[0]?.delta;
    });
    expect(deltas).toMatchObject([
      { role: "assistant" },
      { reasoning_content: "Hm" },
      { content: "Look: " },
      { tool_calls: [{ index: 0, type: "function", function: { name: "get_weather", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] },
      "tool_calls",
      USAGE,
    ]);
  });

  test("may be empty", async () => {
    const open = await loaded();
    open.engine.script = { ending: { reason: "length" } };
    expect(await eventsOf(await open.ask({ stream: true }))).toMatchObject([
      { choices: [{ delta: { role: "assistant" } }] },
      { choices: [{ finish_reason: "length" }] },
    ]);
  });

  test("that cannot be given is refused before its head", async () => {
    const open = await loaded();
    open.engine.script = { pieces: [], error: providerError(failureOf("context_overflow", "Too long.")) };
    expect((await errorOf(open.ask({ stream: true }))).kind).toBe("context_overflow");
  });

  test("that breaks off gives what there was, and fails", async () => {
    const open = await loaded();
    open.engine.script = {
      pieces: [{ type: "text", text: "Hel" }],
      error: providerError(failureOf("server", "It broke.")),
    };
    const heard: string[] = [];
    const read = async (): Promise<void> => {
      const reply = await open.ask({ stream: true });
      for await (const bytes of reply.body) heard.push(new TextDecoder().decode(bytes));
    };
    expect((await errorOf(read())).kind).toBe("server");
    expect(heard.join("")).toContain("Hel");
  });

  test("of vectors has one for each text", async () => {
    const open = await loaded();
    const embed = (body: JsonObject): Promise<TransportReply> =>
      open.ask(body, {
        url: "http://embedded.invalid/v1/embeddings",
        body: JSON.stringify({ model: "tiny.Q4", ...body }),
      });
    expect(JSON.parse(await textOf(await embed({ input: ["a", "bcd"] })))).toEqual({
      object: "list",
      data: [
        { object: "embedding", index: 0, embedding: [1, 0.5] },
        { object: "embedding", index: 1, embedding: [3, 0.5] },
      ],
      model: "tiny.Q4",
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    const packed = JSON.parse(await textOf(await embed({ input: "a", encoding_format: "base64" })));
    expect(packed).toMatchObject({ data: [{ embedding: "AACAPwAAAD8=" }] });
    expect(await errorOf(embed({ input: "a", dimensions: 5 }))).toMatchObject({ failure: { param: "dimensions" } });
    expect(await errorOf(embed({ input: [1, 2] }))).toMatchObject({ kind: "unsupported", failure: { param: "input" } });
  });
});

describe("a caller who leaves", () => {
  test("stops the engine in the middle of a stream", async () => {
    const open = await loaded();
    open.engine.script = { pieces: [{ type: "text", text: "a" }], endless: true };
    const leaving = new Cancellation();
    const reply = await open.ask({ stream: true }, { signal: leaving });
    const reader = reply.body[Symbol.asyncIterator]();
    await reader.next();
    expect(open.engine.running).toBe(1);
    leaving.cancel();
    expect((await errorOf(reader.next())).kind).toBe("cancelled");
    await turn();
    expect(open.engine.running).toBe(0);
  });

  test("does so by leaving the loop, too", async () => {
    const open = await loaded();
    open.engine.script = { pieces: [{ type: "text", text: "a" }], endless: true };
    const reply = await open.ask({ stream: true });
    for await (const _ of reply.body) break;
    await turn();
    expect(open.engine.running).toBe(0);
  });

  test("before asking asks nothing", async () => {
    const open = await loaded();
    const gone = new Cancellation();
    gone.cancel();
    expect((await errorOf(open.ask({}, { signal: gone }))).kind).toBe("cancelled");
    expect([open.engine.asked, open.clock.pending]).toEqual([[], 1]);
  });

  test("and one who had to wait gives the place up", async () => {
    const open = await loaded();
    open.engine.script = { endless: true };
    const first = new Cancellation();
    const second = new Cancellation();
    const calls = [errorOf(open.ask({}, { signal: first })), errorOf(open.ask({}, { signal: second }))];
    await turn();
    expect(await open.look("/load")).toEqual({
      data: [{ id: "tiny.Q4", state: "loaded", slots: 1, running: 1, waiting: 1 }],
    });
    second.cancel();
    first.cancel();
    await Promise.all(calls);
    await turn();
    expect(await open.look("/load")).toMatchObject({ data: [{ running: 0, waiting: 0 }] });
    expect(open.engine.asked).toHaveLength(1);
  });

  test("is one whose time is over", async () => {
    const open = await loaded();
    open.engine.script = { endless: true };
    const call = errorOf(open.ask({}, { timeouts: { ...NO_LIMITS, firstByte: 50 } }));
    await turn();
    open.clock.advance(50);
    expect((await call).kind).toBe("timeout");
    await turn();
    expect(open.engine.running).toBe(0);
  });

  test("is everyone when it is closed", async () => {
    const open = await loaded();
    open.engine.script = { endless: true };
    const call = errorOf(open.ask({}));
    await turn();
    await open.transport.close();
    expect((await call).kind).toBe("cancelled");
    expect((await errorOf(open.ask({}))).kind).toBe("cancelled");
    expect([open.engine.closed, open.clock.pending]).toEqual([true, 0]);
  });
});

describe("what it tells of itself", () => {
  test("changes with what it does, and loads nothing", async () => {
    const open = new Open({ slots: 2, context: 1024 });
    expect(await open.look("/models")).toMatchObject({
      data: [{ id: "tiny.Q4", state: "unloaded", context_length: 1024 }],
    });
    expect(await open.look("/health")).toEqual({ status: "ok", state: "unloaded" });
    await errorOf(open.ask({}));
    expect((await errorOf(open.look("/health"))).kind).toBe("loading");
    expect(await open.look("/models")).toMatchObject({ data: [{ state: "loading" }] });
    open.engine.loaded(512);
    await turn();
    expect(await open.look("/models")).toMatchObject({ data: [{ state: "loaded", context_length: 512 }] });
    expect(await open.look("/load")).toMatchObject({ data: [{ slots: 2, running: 0, waiting: 0 }] });
    open.clock.advance(600_000);
    expect(await open.look("/load")).toMatchObject({ data: [{ state: "unloaded" }] });
  });
});

describe("what is in the way is said before anything is loaded", () => {
  const cases: readonly (readonly [string, () => Open, string])[] = [
    ["no package", () => new Open({}, tmpdir()), "npm install node-llama-cpp"],
    ["no file", () => new Open({ file: join(folder, "none.gguf") }), "There is no model file"],
    ["another kind of file", () => new Open({ file: join(folder, "notes.gguf") }), "is no GGUF file"],
    ["a folder", () => new Open({ file: folder }), "cannot be read"],
  ];
  test.each(cases)("%s", async (_, openIt, words) => {
    const open = openIt();
    const { data } = (await open.look("/models")) as { data: { id: string }[] };
    for (const error of [await errorOf(open.ask({ model: data[0]?.id ?? "" })), await errorOf(open.look("/health"))]) {
      expect(error).toMatchObject({ kind: "server", failure: { fault: "gateway", retry: "elsewhere", status: 503 } });
      expect(error.message).toContain(words);
    }
  });
});

describe("a request that is none", () => {
  const cases: readonly (readonly [string, Partial<TransportRequest>, string])[] = [
    ["of another model", { body: '{"model":"x","messages":[{"role":"user","content":"Hi"}]}' }, "model_not_found"],
    ["without JSON", { body: "{" }, "bad_request"],
    ["of a list", { body: "[]" }, "bad_request"],
    ["to another path", { url: "http://embedded.invalid/v1/audio" }, "route_not_found"],
  ];
  test.each(cases)("%s", async (_, request, kind) => {
    const error = await errorOf(new Open().ask({}, request));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.kind).toBe(kind);
  });
});

test.each([{ slots: 0 }, { context: 3.5 }, { threads: -1 }, { file: "" }, { idleMs: -1 }])(
  "a setting that cannot be used is refused: %o",
  (model) => expect(() => new Open(model)).toThrow(/must be/u),
);
