import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import { arrayOf, objectOf } from "../json/read.ts";
import { routeOf } from "./model-path.ts";
import { GEMINI_RULES, VERTEX_GEMINI_RULES } from "./rules.ts";
import { called, hi, MODEL, told, write } from "./testing/requests.ts";

const contents = (messages: readonly Message[], model?: string, rules?: typeof GEMINI_RULES): readonly JsonValue[] =>
  arrayOf(write({ messages }, model, rules).body["contents"]);

describe("paths", () => {
  test.each([
    ["gemini-2.5-flash", "/models/gemini-2.5-flash"],
    ["models/gemini-2.5-flash", "/models/gemini-2.5-flash"],
    ["tunedModels/mine-1", "/tunedModels/mine-1"],
    ["a b", "/models/a%20b"],
  ])("of %s", (model, path) => {
    expect(routeOf({ model, stream: false }, GEMINI_RULES)).toEqual({ path: `${path}:generateContent` });
    expect(routeOf({ model, stream: true }, GEMINI_RULES)).toEqual({
      path: `${path}:streamGenerateContent`,
      query: { alt: "sse" },
    });
  });

  test("Vertex has the publisher before the model", () => {
    expect(routeOf({ model: "models/m", stream: false }, VERTEX_GEMINI_RULES).path).toBe(
      "/publishers/google/models/m:generateContent",
    );
  });
});

describe("the conversation", () => {
  test("instructions stand apart, later ones are the user's, and turns of one side are one", () => {
    const { body, changes } = write({
      system: "Be brief.",
      messages: [
        { role: "developer", content: "In English." },
        hi,
        hi,
        { role: "assistant", content: "a" },
        { role: "assistant", content: "b" },
        { role: "system", content: "Now in German." },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: "Be brief." }, { text: "In English." }] },
      contents: [
        { role: "user", parts: [{ text: "hi" }, { text: "hi" }] },
        { role: "model", parts: [{ text: "a" }, { text: "b" }] },
        { role: "user", parts: [{ text: "Now in German." }] },
      ],
    });
    expect(told(changes)).toEqual(["replaced messages[6].role"]);
  });

  test("it begins with the user", () => {
    const { body, changes } = write({ messages: [{ role: "assistant", content: "a" }, hi] });
    expect(arrayOf(body["contents"])[0]).toEqual({ role: "user", parts: [{ text: "Continue." }] });
    expect(told(changes)).toEqual(["added messages"]);
  });

  const begun: Message = { role: "assistant", content: "{" };
  const goOn = { role: "user", parts: [{ text: "Continue." }] };

  test.each(["gemini-3.5-flash-lite", "gemini-3.6-flash", "gemini-3.8-flash", "gemini-flash-latest", "gemini-5-neon"])(
    "for %s it ends with the user too",
    (model) => {
      const { body, changes } = write({ messages: [hi, begun] }, model);
      expect(arrayOf(body["contents"]).at(-1)).toEqual(goOn);
      expect(told(changes)).toEqual(["added messages"]);
      expect(write({ messages: [hi, begun, hi] }, model).changes).toEqual([]);
    },
  );

  test.each([
    "gemini-2.5-flash",
    "gemini-3-pro-preview",
    "gemini-3.1-flash-lite",
    "gemini-3.5-flash",
    "gemma-3-27b-it",
  ])("%s goes on where its own turn ends", (model) => {
    const { body, changes } = write({ messages: [hi, begun] }, model);
    expect(arrayOf(body["contents"]).at(-1)).toEqual({ role: "model", parts: [{ text: "{" }] });
    expect(changes).toEqual([]);
  });

  test("a model that takes no instructions is told them by the user", () => {
    const { body, changes } = write({ system: "Be brief.", messages: [hi] }, "gemma-3-27b-it");
    expect(body).toEqual({ contents: [{ role: "user", parts: [{ text: "Be brief." }, { text: "hi" }] }] });
    expect(told(changes)).toEqual(["replaced messages[0].role"]);
  });

  test("an empty text is left out", () => {
    const content = [
      { type: "text", text: "" },
      { type: "text", text: "hey" },
    ] as const;
    expect(contents([hi, { role: "assistant", content: [content[0]] }, { role: "user", content }])).toEqual([
      { role: "user", parts: [{ text: "hi" }, { text: "hey" }] },
    ]);
  });

  test("instructions alone are what the user says", () => {
    const { body, changes } = write({ messages: [{ role: "system", content: "Say hi." }] });
    expect(body).toEqual({ contents: [{ role: "user", parts: [{ text: "Say hi." }] }] });
    expect(told(changes)).toEqual(["replaced messages[0].role"]);
  });

  test("results stand apart from what the user says, in the order of their calls", () => {
    const messages: readonly Message[] = [
      hi,
      called("a", "f"),
      called("b", "g"),
      { role: "tool", toolCallId: "b", content: "B" },
      { role: "tool", toolCallId: "a", content: '{"n":1}' },
      { role: "user", content: "well?" },
    ];
    expect(contents(messages).slice(1)).toEqual([
      {
        role: "model",
        parts: [{ functionCall: { id: "a", name: "f", args: {} } }, { functionCall: { id: "b", name: "g", args: {} } }],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { id: "a", name: "f", response: { output: '{"n":1}' } } },
          { functionResponse: { id: "b", name: "g", response: { output: "B" } } },
        ],
      },
      { role: "user", parts: [{ text: "well?" }] },
    ]);
  });

  test("Vertex takes no ids", () => {
    const text = JSON.stringify(
      contents([hi, called("a", "f"), { role: "tool", toolCallId: "a", content: "A" }], MODEL, VERTEX_GEMINI_RULES),
    );
    expect(text).not.toContain('"id"');
  });

  test.each<[string, boolean, JsonObject]>([
    ["no", true, { error: "no" }],
    ['{"error":"x"}', false, { output: '{"error":"x"}' }],
    ["{}", false, { output: "{}" }],
    // The service would look for media of that name.
    [
      '{"$ref":"#/$defs/Y","id":12345678901234567890}',
      false,
      { output: '{"$ref":"#/$defs/Y","id":12345678901234567890}' },
    ],
  ])("the result %j (an error: %s)", (content, isError, response) => {
    const result: Message = { role: "tool", toolCallId: "a", content, ...(isError && { isError }) };
    expect(contents([hi, called("a", "f"), result])[2]).toEqual({
      role: "user",
      parts: [{ functionResponse: { id: "a", name: "f", response } }],
    });
  });

  const seen: Message = {
    role: "tool",
    toolCallId: "a",
    content: [
      { type: "text", text: "see" },
      { type: "image", url: "data:image/png;base64,AAAA" },
    ],
  };
  const image = { inlineData: { mimeType: "image/png", data: "AAAA" } };

  test("an image in a result stands in it where the model takes that", () => {
    const [, , result] = contents([hi, called("a", "f"), seen], "gemini-3-flash");
    const functionResponse = { id: "a", name: "f", response: { output: "see" }, parts: [image] };
    expect(result).toEqual({ role: "user", parts: [{ functionResponse }] });
  });

  test("elsewhere it follows as the user's, and that is told", () => {
    const { body, changes } = write({
      messages: [hi, called("a", "f"), called("b", "f"), seen, { role: "tool", toolCallId: "b", content: "B" }, hi],
    });
    expect(arrayOf(body["contents"]).slice(3)).toEqual([{ role: "user", parts: [image, { text: "hi" }] }]);
    expect(told(changes)).toEqual(["replaced messages[3].content"]);
  });
});

test("something is said where nothing is left of what was", () => {
  const foreign = { type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" };
  const gone: Message = { role: "assistant", content: null, reasoningDetails: [foreign] };
  expect(contents([gone])).toEqual([{ role: "user", parts: [{ text: "" }] }]);
});

describe("reasoning", () => {
  const own = { type: "reasoning.encrypted", data: "c2ln", format: "google-gemini-v1" };
  const foreign = { type: "reasoning.text", text: "hm", signature: "s", format: "anthropic-claude-v1" };
  const signed = { extra: { extra_content: { google: { thought_signature: "Y2FsbA==" } } } };

  test("the server's own goes back, its signature on what it is of", () => {
    const turn: Message = { role: "assistant", content: "a", reasoning: "hm", reasoningDetails: [own] };
    expect(contents([hi, turn])[1]).toEqual({
      role: "model",
      parts: [
        { text: "hm", thought: true },
        { text: "a", thoughtSignature: "c2ln" },
      ],
    });
  });

  test("several signatures stand on empty texts", () => {
    const turn: Message = { role: "assistant", content: "a", reasoningDetails: [own, { ...own, data: "bW9yZQ==" }] };
    expect(contents([hi, turn])[1]).toEqual({
      role: "model",
      parts: [{ text: "a" }, { text: "", thoughtSignature: "c2ln" }, { text: "", thoughtSignature: "bW9yZQ==" }],
    });
  });

  test("a call's signature goes back on the call", () => {
    expect(contents([hi, called("a", "f", signed)], "gemini-3-pro")[1]).toEqual({
      role: "model",
      parts: [{ functionCall: { id: "a", name: "f", args: {} }, thoughtSignature: "Y2FsbA==" }],
    });
  });

  test.each<[string, readonly Message[]]>([
    [
      "the signature last",
      [
        { role: "assistant", content: "a", reasoning: "hm" },
        { role: "assistant", content: null, reasoningDetails: [own] },
      ],
    ],
    [
      "the signature first",
      [
        { role: "assistant", content: null, reasoningDetails: [own] },
        { role: "assistant", content: "a", reasoning: "hm" },
      ],
    ],
    ["a signed call last", [{ role: "assistant", content: "a", reasoning: "hm" }, called("a", "f", signed)]],
  ])("an answer that came back as several turns is one: %s", (_order, turns) => {
    const { body, changes } = write({ messages: [hi, ...turns] });
    expect(objectOf(arrayOf(body["contents"])[1])?.["parts"]).toContainEqual({ text: "hm", thought: true });
    expect(changes).toEqual([]);
    const apart = turns.flatMap((turn) => [hi, turn]);
    expect(told(write({ messages: apart }).changes)).toEqual(["dropped reasoning_content"]);
  });

  test("another model's thoughts stay out of an answer of which a part is this one's", () => {
    const first: Message = { role: "assistant", content: "a", reasoning: "hm", reasoningDetails: [foreign] };
    const { body, changes } = write({ messages: [hi, first, called("a", "f", signed)] });
    expect(JSON.stringify(body)).not.toContain("hm");
    expect(told(changes)).toEqual(["dropped reasoning_details"]);
  });

  test("another model's is left out, and told once", () => {
    const turn: Message = { role: "assistant", content: "a", reasoning: "hm", reasoningDetails: [foreign] };
    const { body, changes } = write({ messages: [hi, turn, hi, turn] });
    expect(JSON.stringify(body)).not.toContain("hm");
    expect(changes).toEqual([{ field: "reasoning_details", action: "dropped", reason: "they are another model's" }]);
    const plain = write({ messages: [hi, { role: "assistant", content: "a", reasoning: "hm" }] });
    expect(told(plain.changes)).toEqual(["dropped reasoning_content"]);
  });

  test.each([
    ["gemini-3-pro-preview", "skip_thought_signature_validator"],
    ["models/gemini-3.1-flash-lite", "skip_thought_signature_validator"],
    ["gemini-4-argon", "skip_thought_signature_validator"],
    ["gemini-5-neon", "skip_thought_signature_validator"],
    ["gemini-2.5-flash", undefined],
    ["gemma-4-31b-it", undefined],
  ])("for %s the first call of a turn that another model made has the signature %s", (model, signature) => {
    const [, turn] = contents([hi, called("a", "f"), called("b", "g")], model);
    const parts = arrayOf(objectOf(turn)?.["parts"]).map((part) => objectOf(part)?.["thoughtSignature"]);
    expect(parts).toEqual([signature, undefined]);
  });
});

describe("content", () => {
  test("files by data and by address", () => {
    const content = [
      { type: "image", url: "https://a.example/b.webp?x=1" },
      { type: "image", url: "https://a.example/b" },
      { type: "audio", data: "AAAA", format: "wav" },
      { type: "file", file: { file_data: "data:application/pdf;base64,AAAA", filename: "a.pdf" } },
      { type: "file", file: { file_url: "gs://b/c.pdf" } },
      { type: "file", file: { file_id: "https://generativelanguage.googleapis.com/v1beta/files/1" } },
    ] as const;
    const { body, changes } = write({ messages: [{ role: "user", content }] });
    expect(objectOf(arrayOf(body["contents"])[0])?.["parts"]).toEqual([
      { fileData: { mimeType: "image/webp", fileUri: "https://a.example/b.webp?x=1" } },
      { fileData: { mimeType: "image/jpeg", fileUri: "https://a.example/b" } },
      { inlineData: { mimeType: "audio/wav", data: "AAAA" } },
      { inlineData: { mimeType: "application/pdf", data: "AAAA" } },
      { fileData: { mimeType: "application/pdf", fileUri: "gs://b/c.pdf" } },
      { fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/1" } },
    ]);
    expect(told(changes)).toEqual(["dropped messages[0].content[3].file.filename"]);
  });

  test.each([
    ["a file by another maker's id", { type: "file", file: { file_id: "file-1" } } as const],
    ["data that is not in base64", { type: "image", url: "data:image/svg+xml,<svg/>" } as const],
  ])("%s is refused", (_name, part) => {
    const { refusal } = write({ messages: [{ role: "user", content: [part] }] });
    expect(refusal).toMatchObject({ kind: "unsupported", param: "messages[0].content[0]" });
  });

  test("an address is refused by a server that fetches nothing", () => {
    const request = {
      messages: [{ role: "user", content: [{ type: "image", url: "https://a.example/b.png" }] } as const],
    };
    expect(write(request, MODEL, { ...GEMINI_RULES, httpFiles: false }).refusal?.kind).toBe("unsupported");
  });

  test("arguments that are no object go inside one", () => {
    const { body, changes } = write({ messages: [hi, called("a", "f", { arguments: "not json" })] });
    expect(JSON.stringify(body)).toContain('"args":{"arguments":"not json"}');
    expect(told(changes)).toEqual(["replaced messages[1].tool_calls[0].function.arguments"]);
  });
});
