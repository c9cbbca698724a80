import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { Observation } from "../../model/observation.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { createOllamaServer } from "./codec.ts";
import { createPassing } from "./passing.ts";
import { OLLAMA_RULES } from "./rules.ts";
import type { OllamaRules } from "./rules.ts";
import { piecesOf, reply } from "./testing/replies.ts";

/** Of `/api/generate`. */
const generatePassing = createPassing(OLLAMA_RULES);

const wallNowMs = (): number => Date.UTC(2026, 0, 1);

function adapt(body: JsonObject, stream: boolean, rules: Partial<OllamaRules> = {}): AdaptedBody {
  const { passing } = createOllamaServer({ ...OLLAMA_RULES, ...rules });
  if (passing === undefined) throw new Error("Nothing passes");
  return passing.adapt(body, { model: "real", stream, translated: false });
}

describe("a body that passes", () => {
  test("differs in its model only", () => {
    const body = { model: "fast", messages: [{ role: "user", content: "Hi" }], options: { num_ctx: 1 }, x: 1 };
    expect(adapt(body, true)).toEqual({
      body: { ...body, model: "real" },
      changes: [],
      edits: [{ key: "model", value: '"real"' }],
    });
  });

  test("a schema that is `true` is an object", () => {
    const tool = (value: JsonValue): JsonObject => {
      return { type: "function", function: { name: "f", parameters: { type: "object", properties: { value } } } };
    };
    const { body, changes } = adapt({ model: "real", tools: [tool({}), tool(true)] }, true);
    expect(body["tools"]).toEqual([tool({}), tool({})]);
    expect(changes.map(({ field }) => field)).toEqual(["tools[1].function.parameters"]);
  });

  test("a stream is what it asks for where it does not say", () => {
    expect(adapt({ model: "real" }, true).edits).toEqual([]);
    expect(adapt({ model: "real" }, false)).toMatchObject({
      body: { stream: false },
      changes: [{ field: "stream", action: "added", to: "false" }],
    });
    expect(adapt({ model: "real", stream: false }, true)).toMatchObject({
      body: { stream: true },
      changes: [{ field: "stream", action: "replaced", to: "true" }],
    });
  });

  test("is loaded as the rules say, which is told", () => {
    const rules = { contextLength: 8192, keepAlive: -1 };
    const adapted = adapt({ model: "real", options: { seed: 1 } }, true, rules);
    expect(adapted.body).toEqual({ model: "real", options: { seed: 1, num_ctx: 8192 }, keep_alive: -1 });
    expect(adapted.changes.map(({ field, action }) => `${field} ${action}`)).toEqual([
      "options.num_ctx added",
      "keep_alive added",
    ]);
    expect(adapted.edits).toHaveLength(2);
    expect(adapt({ model: "real", options: { num_ctx: 1 }, keep_alive: "5m" }, true, rules).changes).toEqual([]);
  });

  test("half a surrogate pair is taken out", () => {
    expect(adapt({ model: "real", prompt: "a\ud800" }, true)).toMatchObject({ changes: [{ field: "prompt" }] });
  });
});

describe("a stream that passes", () => {
  function pass(body: string, size: number): { readonly passed: string; readonly seen: Observation } {
    const observer = generatePassing.createObserver({ limits: DEFAULT_LIMITS, wallNowMs });
    const pieces = piecesOf(body, size).map((piece) => observer.push(piece));
    const text = new TextDecoder();
    const passed = [...pieces, observer.end()].map((piece) => text.decode(piece, { stream: true })).join("");
    return { passed, seen: observer.seen };
  }

  test.each(["generate-stream", "chat-stream", "chat-tools-stream", "chat-thinking-tools"])(
    "%s: byte by byte the same",
    (file) => {
      const body = reply(`${file}.ndjson`);
      for (const size of [1, 100, body.length]) {
        const { passed, seen } = pass(body, size);
        expect(passed).toBe(body);
        expect(seen).toMatchObject({
          content: true,
          ended: true,
          usage: { promptTokens: expect.any(Number) as number },
        });
      }
    },
  );

  test("its model, its reason and its counts are seen", () => {
    expect(pass(reply("generate-stream.ndjson"), 50).seen).toMatchObject({
      model: "granite3.3:2b",
      rawFinishReason: "stop",
      usage: { promptTokens: 51, completionTokens: 64 },
    });
  });

  test("an error is not passed, but seen", () => {
    const { passed, seen } = pass(reply("chat-error.ndjson"), 50);
    expect(passed).toBe(`${reply("chat-error.ndjson").split("\n")[0]}\n`);
    expect(seen).toMatchObject({ content: true, ended: false, failure: { partial: true } });
  });

  test("one that is cut is seen to be", () => {
    const [first = ""] = reply("chat-stream.ndjson").split("\n");
    expect(pass(`${first}\n`, 50).seen).toMatchObject({ ended: false, failure: { kind: "truncated" } });
  });

  test("what a line says before any content is no content", () => {
    const empty = '{"model":"m","message":{"role":"assistant","content":""},"done":false}\n';
    const observer = generatePassing.createObserver({ limits: DEFAULT_LIMITS, wallNowMs });
    observer.push(new TextEncoder().encode(empty));
    expect(observer.seen).toMatchObject({ content: false, model: "m" });
  });
});

describe("a whole reply that passes", () => {
  test("its facts", () => {
    expect(generatePassing.readReply(JSON.parse(reply("chat-tools.json")) as JsonObject, wallNowMs)).toMatchObject({
      model: "llama3.2",
      rawFinishReason: "stop",
      usage: { promptTokens: 169, completionTokens: 18 },
    });
  });

  test("an error, and what is no reply", () => {
    expect(generatePassing.readReply({ error: "model 'm' not found" }, wallNowMs)).toMatchObject({
      kind: "model_not_found",
    });
    expect(generatePassing.readReply({ models: [] }, wallNowMs)).toMatchObject({ kind: "protocol" });
  });
});
