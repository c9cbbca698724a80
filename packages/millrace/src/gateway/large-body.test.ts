import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { JsonObject } from "../model/json.ts";
import { openDesk } from "../providers/http/testing/desk.ts";
import { completion } from "../providers/http/testing/wire.ts";
import { systemClock } from "../providers/transport/system-clock.ts";
import { readDocument } from "./client-body.ts";
import { readLargeDocument } from "./large-body.ts";
import { RefusalError } from "./refusal.ts";
import { keysOf } from "./testing/plan.ts";
import type { RecordingClient } from "./testing/recording-client.ts";
import { testGateway } from "./testing/test-gateway.ts";

const MIB = 1024 * 1024;
const WHOLE = { streamUpstream: false } as const;

/** A gateway to a server that answers, and what the server was sent. */
async function open(profile: string = "openai-compatible", refused?: string) {
  const { provider, upstream } = await openDesk(
    (exchange) => {
      const json = exchange.request.json() as JsonObject;
      if (refused !== undefined && json[refused] !== undefined) {
        return exchange.json({ error: { message: `property '${refused}' is unsupported` } }, 400);
      }
      const inputs = Array.isArray(json["input"]) ? json["input"] : undefined;
      const data = inputs?.map((_, index) => ({ object: "embedding", index, embedding: [index] }));
      return exchange.json(data === undefined ? completion("Hello") : { object: "list", model: "m", data });
    },
    { ...WHOLE, profile },
  );
  const keys = keysOf({ k: { name: "k", models: ["fast"] } });
  const made = testGateway(systemClock, [provider], {
    models: { fast: ["desk/target"], secret: ["desk/secret"] },
    keys,
  });
  const headers = { authorization: "Bearer k" };
  return {
    ...made,
    upstream,
    begin: (body: string, path?: string) => made.start({ body, headers, ...(path === undefined ? {} : { path }) }),
    sent: () => upstream.exchanges.map(({ request }) => request.body),
  };
}

async function ask(gateway: Awaited<ReturnType<typeof open>>, body: string, path?: string): Promise<RecordingClient> {
  const { client, done } = gateway.begin(body, path);
  await done;
  return client;
}

/** Text of so many bytes, or a little less. */
function filled(text: string, bytes: number = 2 * MIB): string {
  return text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
}

function chat(messages: readonly object[], more: object = {}): string {
  return JSON.stringify({ model: "fast", messages, ...more });
}

function saying(text: string, more: object = {}): string {
  return chat([{ role: "user", content: text }], more);
}

function messages(count: number, role: string, content: string): object[] {
  return Array.from({ length: count }, (_, n) => ({
    role: n % 2 === 0 ? role : "assistant",
    content: `${n} ${content}`,
  }));
}

const PLAIN = saying(filled("All work and no play. "));
const MANY = chat(messages(20_000, "user", "word ".repeat(20)));

describe("a large body goes out as it came, with the model replaced", () => {
  test.each([
    ["plain text", PLAIN],
    ["lines", saying(filled("All work\nand no play.\n"))],
    ["quotes", saying(filled('say "hi" '))],
    [
      "characters as escapes",
      saying(filled("naïve 😀 ")).replaceAll("ï", "\\u00ef").replaceAll("😀", "\\ud83d\\ude00"),
    ],
    ["many small messages", MANY],
    ["long messages", chat(messages(300, "user", "word ".repeat(2000)))],
    ["images", chat([{ role: "user", content: [{ type: "image_url", image_url: { url: filled("data:iVBOR/") } }] }])],
    ["numbers in a field nobody knows", saying("hi", { extra: Array.from({ length: 300_000 }, (_, n) => n) })],
    ["spellings of its own", `{ "model" : "fast",\n"n":1.0, "messages":[{"role":"user","content":"${filled("x")}"}] }`],
  ])("%s", async (_what, body) => {
    const gateway = await open();
    expect((await ask(gateway, body)).status).toBe(200);
    const [sent = ""] = gateway.sent();
    // Compared as a whole, a difference would be printed as a whole.
    expect(sent === body.replace('"fast"', '"target"')).toBe(true);
  });
});

describe("what has to change in it is changed, and told", () => {
  const expectSent = async (body: string, change: (json: JsonObject) => JsonObject, profile?: string) => {
    const gateway = await open(profile);
    const client = await ask(gateway, body);
    expect(client.status, client.text).toBe(200);
    const expected = change({ ...(JSON.parse(body) as JsonObject), model: "target" });
    expect(JSON.stringify(JSON.parse(gateway.sent()[0] ?? "")) === JSON.stringify(expected)).toBe(true);
    return client.headers["x-millrace-changes"];
  };
  const asSystem = (json: JsonObject): JsonObject => ({
    ...json,
    messages: (json["messages"] as readonly JsonObject[]).map((message) =>
      message["role"] === "developer" ? { ...message, role: "system" } : message,
    ),
  });

  test("a role, beside a long text", async () => {
    const body = chat([{ role: "developer", content: filled('"é"\n\\ ') }], { n: 1 });
    expect(await expectSent(body, asSystem)).toBe("messages[0].role replaced system");
  });

  test("roles of many messages: the first of them are named, the others counted", async () => {
    const told = await expectSent(chat(messages(20_000, "developer", "word ".repeat(20))), asSystem);
    expect(told).toMatch(/^messages\[0\]\.role replaced system, messages\[2\]\.role replaced system, .* more$/u);
  });

  test("a field that the server refuses", async () => {
    const told = await expectSent(
      saying(filled("a b "), { store: true, n: 1 }),
      ({ store: _store, ...rest }) => rest,
      "zhipu",
    );
    expect(told).toBe("store dropped");
  });

  test("a field by another name", async () => {
    const renamed = ({ max_completion_tokens: limit, ...rest }: JsonObject): JsonObject => ({
      ...rest,
      max_tokens: limit,
    });
    const told = await expectSent(saying(filled("a b "), { max_completion_tokens: 5 }), renamed);
    expect(told).toBe("max_completion_tokens renamed max_tokens");
  });

  test("conformance case 208: half a surrogate pair, and NUL, far behind in a long text", async () => {
    const gateway = await open();
    const body = saying(filled("a b "), { user: "u" }).replace(/a b "/u, 'a\\ud83db\\u0000"');
    const client = await ask(gateway, body);
    expect(gateway.sent()[0] === body.replace('"fast"', '"target"').replace("a\\ud83db\\u0000", "a\\ufffdb")).toBe(
      true,
    );
    expect(client.headers["x-millrace-changes"]).toBe("messages replaced valid text");
  });

  test("what is said to the gateway itself", async () => {
    const body = saying(filled("a b "), { millrace: { only: ["desk"] }, extra: 1.5 });
    await expectSent(body, ({ millrace: _own, ...rest }) => rest);
  });

  test("what turns out to be refused", async () => {
    const gateway = await open("openai-compatible", "store");
    const client = await ask(gateway, saying(filled("a b "), { store: true }));
    expect(client.headers["x-millrace-changes"]).toBe("store dropped");
    expect(JSON.parse(gateway.sent()[1] ?? "")).toEqual({
      ...(JSON.parse(saying(filled("a b "))) as object),
      model: "target",
    });
  });

  test("one request for embeddings into several", async () => {
    const gateway = await open("dashscope");
    const input = Array.from({ length: 25 }, (_, n) => `${n} ${filled("word ", MIB / 10)}`);
    const client = await ask(gateway, JSON.stringify({ model: "fast", input }), "/v1/embeddings");
    const sent = gateway.sent().map((text) => (JSON.parse(text) as { readonly input: readonly string[] }).input);
    expect(sent.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(sent.flat()).toEqual(input);
    expect((client.json as { readonly data: readonly object[] }).data).toHaveLength(25);
  });
});

describe("a name that could smuggle a model through is never sent", () => {
  test.each([
    ["that comes twice", saying(filled("a b ")).replace("{", '{"model":"secret",')],
    ["written with an escape", saying(filled("a b ")).replace("{", '{"mod\\u0065l":"secret",')],
    ["that comes last, with an escape", saying(filled("a b ")).replace(/\}$/u, ',"mod\\u0065l":"fast"}')],
    ["among many messages", MANY.replace("{", '{"model":"secret",')],
  ])("%s", async (_how, body) => {
    const gateway = await open();
    expect((await ask(gateway, body)).status).toBe(200);
    const [sent = ""] = gateway.sent();
    expect(sent.match(/secret|fast|mod\\/u)).toBeNull();
    expect(JSON.parse(sent)).toMatchObject({ model: "target" });
  });

  test("and one that may not be used is refused", async () => {
    const gateway = await open();
    const body = saying(filled("a b ")).replace(/\}$/u, ',"mod\\u0065l":"secret"}');
    expect((await ask(gateway, body)).status).toBe(403);
    expect(gateway.sent()).toEqual([]);
  });
});

describe("what is wrong with it is said as of a small one", () => {
  const maxBytes = 32 * MIB;
  const { signal } = new AbortController();

  /** What a client is told; nothing of a body that is read. */
  async function told(read: () => unknown): Promise<unknown> {
    try {
      await read();
      return undefined;
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      return { code: error.failure.code, message: error.failure.message };
    }
  }

  async function expectSame(bytes: Uint8Array): Promise<void> {
    const large = await told(() => readLargeDocument(bytes, { maxBytes, signal }));
    expect(large).toEqual(await told(() => readDocument(bytes)));
  }

  test.each([
    ["a comma at the end", `${PLAIN.slice(0, -1)},}`],
    ["a mistake in the last line of many", `${JSON.stringify(JSON.parse(MANY), undefined, 1).slice(0, -1)}oops}`],
    ["the same with other line ends", `${MANY.replaceAll("},", "},\r\n")} x`],
    ["no end", PLAIN.slice(0, -4)],
    ["something behind it", `${PLAIN} {}`],
    ["a list", `[${PLAIN}]`],
    ["a list without end", `[${PLAIN}`],
    ["a text", JSON.stringify(PLAIN)],
    ["no JSON", filled("<html>")],
    ["only space", filled(" \n")],
  ])("%s", async (_what, text) => {
    await expectSame(Buffer.from(text));
  });

  test("bytes that are no UTF-8", async () => {
    const bytes = Buffer.from(PLAIN);
    bytes[bytes.length - 100] = 0xff;
    await expectSame(bytes);
    await expectSame(Buffer.alloc(2 * MIB, 0x80));
  });

  test("characters across the places where it pauses", async () => {
    for (const before of [0, 1, 2, 3]) await expectSame(Buffer.from(saying("x".repeat(before) + filled("日😀é"))));
  });

  test("any damage", async () => {
    const sign = fc.constantFrom("", "\n", ",", '"', "{", "]", "\\", "x", "\u0001", "0");
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), sign, async (value, place, inserted) => {
        const text = JSON.stringify(value, undefined, 1).replaceAll(/[^\n\x20-\x7e]/gu, "?");
        const at = place % text.length;
        await expectSame(Buffer.from(text.slice(0, at) + inserted + text.slice(at + 1)));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["depth", `{"a":${filled("[")}`, "body_too_complex"],
    ["values", `{"a":[${filled("[],", 8 * MIB)}1]}`, "body_too_complex"],
  ])("too much %s has a code of its own", async (_what, text, code) => {
    const read = () => readLargeDocument(Buffer.from(text), { maxBytes, signal });
    expect(await told(read)).toMatchObject({ code });
  });
});

describe("while it is worked on", () => {
  /** Counts turns of the event loop. */
  function countingTurns(): { turns: number } {
    const count = { turns: 0 };
    const next = (): void => {
      count.turns += 1;
      timer = setImmediate(next);
    };
    let timer = setImmediate(next);
    onTestFinished(() => clearImmediate(timer));
    return count;
  }

  test.each([
    ["as it is", MANY, "openai-compatible"],
    ["written anew", chat(messages(20_000, "developer", "word ".repeat(20))), "openai-compatible"],
    ["refused", `${MANY.slice(0, -1)},}`, "openai-compatible"],
  ])("others have their turns, and no text is read or written in one go: %s", async (_how, body, profile) => {
    const gateway = await open(profile);
    const parse = vi.spyOn(JSON, "parse");
    const stringify = vi.spyOn(JSON, "stringify");
    onTestFinished(() => void vi.restoreAllMocks());
    const count = countingTurns();
    const { client, done } = gateway.begin(body);
    await client.until(() => client.ended);
    await done;
    // The server reads what it is sent as a whole, which is no matter of the gateway's.
    const own = parse.mock.calls.filter(([text]) => text !== gateway.sent()[0]);
    expect(Math.max(...own.map(([text]) => text.length))).toBeLessThan(MIB / 2);
    const written = stringify.mock.results.map(({ value }) => String(value).length);
    expect(Math.max(...written)).toBeLessThan(MIB / 2);
    expect(count.turns).toBeGreaterThan(body.length / (256 * 1024));
  });

  test.each([
    ["at first", MANY, 1],
    ["while it is read", MANY, 8],
    ["while its mistake is looked for", `${MANY.slice(0, -1)},}`, 30],
  ])("a client that leaves ends the work: %s", async (_when, body, turns) => {
    const gateway = await open();
    const count = countingTurns();
    const { client, done } = gateway.begin(body);
    const from = count.turns;
    while (count.turns < from + turns) await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.records).toEqual([]);
    client.leave();
    await done;
    expect(count.turns).toBeLessThanOrEqual(from + turns + 2);
    expect(gateway.records).toMatchObject([{ outcome: "cancelled" }]);
    expect(gateway.sent()).toEqual([]);
  });

  test("nor is anything of it sent when the client leaves while it is written anew", async () => {
    const gateway = await open();
    const { client, done } = gateway.begin(chat(messages(20_000, "developer", "word ".repeat(20))));
    const stringify = vi.spyOn(JSON, "stringify").mockImplementationOnce(() => {
      client.leave();
      return "{}";
    });
    onTestFinished(() => stringify.mockRestore());
    await done;
    expect(gateway.records).toMatchObject([{ outcome: "cancelled" }]);
    expect(gateway.sent()).toEqual([]);
  });
});
