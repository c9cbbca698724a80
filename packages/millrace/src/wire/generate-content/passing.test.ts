import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import { asEvents, bytesOf, cutEvery, recordedReplies, recordedText, server } from "./testing/wire.ts";

const { passing } = server;
if (passing === undefined) throw new Error("The dialect passes");
const wallNowMs = (): number => 0;

function observe(text: string, size: number): { readonly passed: string; readonly seen: object } {
  const observer = passing!.createObserver({ limits: DEFAULT_LIMITS, wallNowMs });
  const pieces = cutEvery(bytesOf(text), size).map((piece) => observer.push(piece));
  const passed = [...pieces, observer.end()].map((piece) => new TextDecoder().decode(piece)).join("");
  return { passed, seen: observer.seen };
}

describe("a stream that passes", () => {
  test.each([
    "gemini-3-text.jsonl",
    "gemini-3-tool-call.jsonl",
    "gemma-thoughts.jsonl",
    "vertex-calls-in-pieces.jsonl",
  ])("%s: byte for byte, and its facts are known", (file) => {
    const text = asEvents(recordedReplies(file));
    const { passed, seen } = observe(text, 1000);
    expect(passed).toBe(text);
    expect(observe(text, 1)).toEqual({ passed, seen });
    expect(seen).toMatchObject({ content: true, ended: true, rawFinishReason: "STOP", usage: {}, model: /^gem/u });
  });

  test("comments stay behind, for Google's SDKs cannot read what follows one", () => {
    const text = asEvents(recordedReplies("gemini-3-text.jsonl"));
    expect(observe(`: busy\n\n${text}`, 1000).passed).toBe(text);
  });

  test("a blocked prompt passes, for its client knows it", () => {
    const text = asEvents(recordedReplies("prompt-block.jsonl"));
    const { passed, seen } = observe(text, 50);
    expect(passed).toBe(text);
    expect(seen).toMatchObject({ ended: true, rawFinishReason: "PROHIBITED_CONTENT", usage: { promptTokens: 9 } });
    expect(seen).not.toHaveProperty("failure");
  });

  test("the error behind the events is found and not given", () => {
    const { passed, seen } = observe(recordedText("overloaded-tail.txt"), 100);
    expect(passed).not.toContain("error");
    expect(seen).toMatchObject({ ended: false, failure: { kind: "overloaded", status: 503, partial: true } });
  });

  test("one that was cut is a failure", () => {
    const [first = {}] = recordedReplies("gemini-3-text.jsonl");
    expect(observe(asEvents([first]), 100).seen).toMatchObject({ failure: { kind: "truncated" } });
  });
});

describe("a whole reply that passes", () => {
  test("its facts", () => {
    const [reply = {}] = recordedReplies("gemini-3-text.jsonl").slice(-1);
    expect(passing.readReply(reply, wallNowMs)).toMatchObject({
      model: "gemini-3-pro-preview",
      rawFinishReason: "STOP",
      usage: { completionTokens: 23 + 302 },
    });
  });

  test("an error is one", () => {
    const error = { error: { code: 400, message: "API key not valid", status: "INVALID_ARGUMENT" } };
    expect(passing.readReply(error, wallNowMs)).toMatchObject({ kind: "auth" });
  });
});

describe("a body that passes", () => {
  const signature = wrapReasoning([{ type: "reasoning.text", text: "hm", format: "anthropic-claude-v1" }]);
  const body = (...parts: JsonObject[]): JsonObject => ({ contents: [{ role: "model", parts }], x: 1 });

  test("is the very object where nothing is wrong", () => {
    const given = body({ text: "a", thoughtSignature: "c2ln" });
    const adapted = passing.adapt(given, { model: "gemini-3-pro", stream: true, translated: false });
    expect(adapted.body).toBe(given);
    expect(adapted).toMatchObject({ changes: [], edits: [] });
  });

  test.each([
    ["gemini-3-pro", { functionCall: { name: "f" }, thoughtSignature: "skip_thought_signature_validator" }],
    ["gemini-2.5-pro", { functionCall: { name: "f" } }],
  ])("for %s another model's reasoning is taken out of the signatures", (model, call) => {
    const given = body(
      { text: "a" },
      { functionCall: { name: "f" }, thoughtSignature: signature },
      { text: "", thought_signature: signature },
    );
    const adapted = passing.adapt(given, { model, stream: true, translated: false });
    expect(adapted.body).toEqual(body({ text: "a" }, call));
    expect(adapted.edits).toBeUndefined();
    expect(adapted.changes).toMatchObject([{ field: "reasoning_details", action: "dropped" }]);
  });

  const told = { text: "Be brief." };
  const hi = { role: "user", parts: [{ text: "hi" }] };
  const opened = { role: "user", parts: [told, { text: "hi" }] };
  const answered = { role: "model", parts: [{ text: "a" }] };

  test.each<[string, JsonObject, readonly JsonObject[]]>([
    ["instructions", { systemInstruction: { parts: [told] }, contents: [hi, answered, hi] }, [opened, answered, hi]],
    ["instructions in the other spelling", { system_instruction: { parts: [told] }, contents: [hi] }, [opened]],
    ["a text alone", { systemInstruction: "Be brief.", contents: "hi" }, [opened]],
    [
      "a conversation that the model begins",
      { systemInstruction: { parts: [told] }, contents: [answered, hi] },
      [{ role: "user", parts: [told] }, answered, hi],
    ],
  ])("of %s a model that takes no instructions is told by the user", (_name, given, contents) => {
    const adapted = passing.adapt(given, { model: "gemma-3-27b-it", stream: true, translated: false });
    expect(adapted.body).toEqual({ contents });
    expect(adapted.changes).toMatchObject([{ action: "renamed", to: "contents" }]);
    expect(passing.adapt(given, { model: "gemma-4-31b-it", stream: true, translated: false }).body).toBe(given);
  });

  test("a model named in it is the target's", () => {
    const adapted = passing.adapt(
      { ...body(), model: "models/fast" },
      { model: "gemini-x", stream: false, translated: false },
    );
    expect(adapted.edits).toEqual([{ key: "model", value: '"models/gemini-x"' }]);
  });
});
