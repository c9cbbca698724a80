import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { profileOf } from "../../providers/profiles/catalog.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { adaptChatRequest } from "./adapt.ts";
import type { EncodeRequestOptions } from "./request.ts";
import { checkChatRequest, decodeChatRequest, encodeChatRequest } from "./request.ts";
import type { RequestRules } from "./rules.ts";
import { REFERENCE_RULES } from "./rules.ts";

const HI: Message = { role: "user", content: "hi" };
const ASK: InferenceRequest = { model: "m", messages: [HI] };
const OPTIONS: EncodeRequestOptions = { stream: false, wantUsage: false, rules: REFERENCE_RULES.request };

function encode(request: Partial<InferenceRequest>, rules: Partial<RequestRules> = {}): JsonObject {
  return encodeChatRequest({ ...ASK, ...request }, { ...OPTIONS, rules: { ...OPTIONS.rules, ...rules } }).body;
}

function decode(fields: object): InferenceRequest {
  return decodeChatRequest({ model: "m", messages: [{ role: "user", content: "hi" }], ...fields });
}

/** Whether a request's fields and the wire's are two forms of one thing. */
function expectBothWays(request: Partial<InferenceRequest>, wire: JsonObject): void {
  expect(encode(request)).toMatchObject(wire);
  expect(decode(wire)).toEqual({ ...ASK, ...request });
}

function expectMessageBothWays(message: Message, wire: JsonObject): void {
  expect(encode({ messages: [message] })["messages"]).toEqual([wire]);
  expect(decode({ messages: [wire] }).messages).toEqual([message]);
}

function rulesOf(profile: string): RequestRules {
  const known = profileOf(profile);
  if (known === undefined) throw new Error(`There is no profile ${profile}`);
  return known.chat.request;
}

describe("Q1: a tool loop can be continued", () => {
  test("a tool result keeps its call's id", () => {
    expectMessageBothWays(
      { role: "tool", toolCallId: "call_7", content: "12 °C" },
      { role: "tool", tool_call_id: "call_7", content: "12 °C" },
    );
  });

  test("an assistant turn keeps its calls, with the arguments as the model wrote them", () => {
    const text = '{ "city":"Oslo" }';
    expectMessageBothWays(
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "call_7", type: "function", name: "weather", arguments: text, input: { city: "Oslo" } }],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_7", type: "function", function: { name: "weather", arguments: text } }],
      },
    );
  });

  test("a custom tool's call keeps its kind, and a signature its place", () => {
    expectMessageBothWays(
      {
        role: "assistant",
        content: null,
        toolCalls: [{ id: "x", type: "custom", name: "sh", arguments: "ls", extra: { extra_content: { s: "t" } } }],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "x", type: "custom", custom: { name: "sh", input: "ls" }, extra_content: { s: "t" } }],
      },
    );
  });
});

describe("Q2: which tool is called can be said in every form", () => {
  const tools = [{ name: "now" }];
  const wireTools = [{ type: "function", function: { name: "now" } }];

  test.each(["auto", "none", "required"] as const)("the word %s", (word) => {
    expectBothWays({ tools, toolChoice: word }, { tools: wireTools, tool_choice: word });
  });

  test("one named tool is an object, not its bare name", () => {
    const wire = { type: "function", function: { name: "now" } };
    expectBothWays({ tools, toolChoice: { name: "now" } }, { tools: wireTools, tool_choice: wire });
  });

  test("a named tool of free text is chosen as such", () => {
    const wire = { type: "custom", custom: { name: "patch" } };
    expectBothWays(
      { tools: [{ type: "custom", name: "patch" }], toolChoice: { name: "patch" } },
      { tools: [wire], tool_choice: wire },
    );
  });

  test("one that is not among the tools passes as it is", () => {
    const wire = { type: "custom", custom: { name: "now" } };
    expectBothWays({ tools, toolChoice: { raw: wire } }, { tools: wireTools, tool_choice: wire });
  });

  test("a form that has no name here passes as it is", () => {
    const wire = { type: "allowed_tools", allowed_tools: { mode: "auto", tools: wireTools } };
    expectBothWays({ tools, toolChoice: { raw: wire } }, { tools: wireTools, tool_choice: wire });
  });

  test("the gateway takes the object form", () => {
    const body = { model: "m", messages: [{ role: "user", content: "hi" }], tools: wireTools };
    const choice = { type: "function", function: { name: "now" } };
    expect(checkChatRequest({ ...body, tool_choice: choice })).toBeUndefined();
  });
});

test.each<[string, Partial<InferenceRequest>]>([
  ["without tools", { toolChoice: "required", parallelToolCalls: false }],
  ["with an empty list of tools", { tools: [], toolChoice: { name: "now" }, parallelToolCalls: false }],
])("Q3: %s a tool choice is not sent, and the caller is told", (_, request) => {
  const { body, changes } = encodeChatRequest({ ...ASK, ...request }, OPTIONS);
  expect(Object.keys(body)).toEqual(["model", "messages"]);
  expect(changes.map(({ field, action }) => `${field} ${action}`)).toEqual(
    expect.arrayContaining(["tool_choice dropped", "parallel_tool_calls dropped"]),
  );
});

describe("Q4: every parameter is sent, and read, under its own name", () => {
  test.each<[Partial<InferenceRequest>, JsonObject]>([
    [{ maxTokens: 5 }, { max_completion_tokens: 5 }],
    [{ temperature: 0 }, { temperature: 0 }],
    [{ topP: 0.5 }, { top_p: 0.5 }],
    [{ stop: "." }, { stop: "." }],
    [{ stop: [".", "!"] }, { stop: [".", "!"] }],
    [{ seed: 0 }, { seed: 0 }],
    [{ n: 2 }, { n: 2 }],
    [{ presencePenalty: 0.1 }, { presence_penalty: 0.1 }],
    [{ frequencyPenalty: -1 }, { frequency_penalty: -1 }],
    [{ logitBias: { "50256": -100 } }, { logit_bias: { "50256": -100 } }],
    [
      { logprobs: true, topLogprobs: 3 },
      { logprobs: true, top_logprobs: 3 },
    ],
    [{ responseFormat: { type: "json_object" } }, { response_format: { type: "json_object" } }],
    [
      { responseFormat: { type: "json_schema", name: "s", schema: { type: "object" }, strict: true } },
      {
        response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "object" }, strict: true } },
      },
    ],
    [{ reasoningEffort: "low" }, { reasoning_effort: "low" }],
    [{ verbosity: "high" }, { verbosity: "high" }],
    [
      { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } },
      { modalities: ["text", "audio"], audio: { voice: "alloy", format: "wav" } },
    ],
    [{ prediction: { type: "content", content: "x" } }, { prediction: { type: "content", content: "x" } }],
    [{ webSearchOptions: {} }, { web_search_options: {} }],
    [{ user: "u" }, { user: "u" }],
    [{ safetyIdentifier: "u" }, { safety_identifier: "u" }],
    [{ promptCacheKey: "k" }, { prompt_cache_key: "k" }],
    [{ promptCacheRetention: "24h" }, { prompt_cache_retention: "24h" }],
    [{ metadata: { a: "b" } }, { metadata: { a: "b" } }],
    [{ store: false }, { store: false }],
    [{ serviceTier: "flex" }, { service_tier: "flex" }],
    [{ topK: 40 }, { top_k: 40 }],
    [{ extra: { min_p: 0.1, chat_template_kwargs: { a: 1 } } }, { min_p: 0.1, chat_template_kwargs: { a: 1 } }],
  ])("%j", (request, wire) => {
    expectBothWays(request, wire);
  });

  test("parallel tool calls, which go with tools only", () => {
    const wireTools = [{ type: "function", function: { name: "f" } }];
    expectBothWays(
      { tools: [{ name: "f" }], parallelToolCalls: false },
      { tools: wireTools, parallel_tool_calls: false },
    );
  });

  test("stream options of the caller's own stand beside ours", () => {
    const request = { ...ASK, extra: { stream_options: { include_obfuscation: false } } };
    const { body } = encodeChatRequest(request, { ...OPTIONS, stream: true, wantUsage: true });
    expect(body["stream_options"]).toEqual({ include_obfuscation: false, include_usage: true });
  });

  test("the older name of the token limit means the same", () => {
    expect(decode({ max_tokens: 5 }).maxTokens).toBe(5);
  });

  test("a value of another kind is the target's to judge, and is not lost", () => {
    expect(decode({ reasoning_effort: 3, user: null }).extra).toEqual({ reasoning_effort: 3, user: null });
  });
});

describe("Q5: what a model takes is what it is sent", () => {
  const tuned = { maxTokens: 5, temperature: 0.2, topP: 0.9, extra: { top_k: 1 } };

  test.each(["o3-mini", "openai/o3-mini", "gpt-5-mini"])(
    "%s gets the newer limit and no sampling parameters",
    (model) => {
      const { body, changes } = encodeChatRequest(
        { ...ASK, ...tuned, model },
        { ...OPTIONS, rules: rulesOf("openai") },
      );
      expect(body).toMatchObject({ max_completion_tokens: 5, top_k: 1 });
      for (const refused of ["max_tokens", "temperature", "top_p"]) expect(body).not.toHaveProperty(refused);
      expect(changes.map(({ field, action }) => `${field} ${action}`)).toEqual([
        "temperature dropped",
        "top_p dropped",
      ]);
    },
  );

  test.each([{ model: "gpt-4o" }, { model: "gpt-5-chat-latest" }, { model: "gpt-5.2", reasoningEffort: "none" }])(
    "another model of the same server keeps them, and one that does not reason: %o",
    (asked) => {
      expect(encode({ ...tuned, ...asked }, rulesOf("openai"))).toMatchObject({ temperature: 0.2, top_p: 0.9 });
    },
  );

  test.each([
    ["gpt-4.1", []],
    ["openai/gpt-4o-mini", []],
    ["gpt-5-chat-latest", []],
    ["gpt-5.2", ["high"]],
    ["deployment-1", ["high"]],
  ])("of %s, an effort: %j", (model, sent) => {
    const { body, changes } = encodeChatRequest(
      { ...ASK, model, reasoningEffort: "high" },
      { ...OPTIONS, rules: rulesOf("openai") },
    );
    expect([body["reasoning_effort"] ?? []].flat()).toEqual(sent);
    expect(changes.map(({ field }) => field)).toEqual(sent.length === 0 ? ["reasoning_effort"] : []);
  });

  test("a client's older limit is renamed for a reasoning model, and the newer one for an old server", () => {
    const adapt = (body: JsonObject, model: string, profile: string): JsonObject =>
      adaptChatRequest(body, { ...OPTIONS, model, rules: rulesOf(profile) }).body;
    expect(adapt({ max_tokens: 5 }, "o3-mini", "openai")).toEqual({ max_completion_tokens: 5, model: "o3-mini" });
    expect(adapt({ max_completion_tokens: 5 }, "m", "ollama")).toEqual({ max_tokens: 5, model: "m" });
  });
});

describe("Q6: `system` and `prompt` are never ignored", () => {
  test.each<[string, Partial<InferenceRequest>, JsonValue]>([
    [
      "beside messages: before and behind them",
      { system: "Be brief.", prompt: "Why?" },
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
        { role: "user", content: "Why?" },
      ],
    ],
    [
      "a system message alone",
      { system: "Be brief." },
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
    ],
    [
      "a prompt alone",
      { prompt: "Why?" },
      [
        { role: "user", content: "hi" },
        { role: "user", content: "Why?" },
      ],
    ],
  ])("%s", (_, request, messages) => {
    expect(encode(request)["messages"]).toEqual(messages);
  });
});

describe("Q7: a tool in full", () => {
  test("the strict flag and a missing description are kept", () => {
    const schema = { type: "object", properties: { city: { type: "string" } }, additionalProperties: false };
    expectBothWays(
      { tools: [{ name: "weather", parameters: schema, strict: true }, { name: "now" }] },
      {
        tools: [
          { type: "function", function: { name: "weather", parameters: schema, strict: true } },
          { type: "function", function: { name: "now" } },
        ],
      },
    );
  });

  test("fields of other servers are kept where they stand", () => {
    const wire = { type: "function", function: { name: "f", x: 1 }, eager: true };
    const extra = { function: { x: 1 }, eager: true };
    expectBothWays({ tools: [{ name: "f", extra }] }, { tools: [wire] });
  });

  test("a mark for the prompt cache is read wherever it may stand", () => {
    const mark = { type: "ephemeral" };
    const image = { type: "image_url", image_url: { url: "https://x/a.png" }, cache_control: mark };
    const wire = {
      tools: [{ type: "function", function: { name: "f" }, cache_control: mark }],
      messages: [
        { role: "user", content: [{ type: "text", text: "a", cache_control: mark }, image] },
        { role: "tool", tool_call_id: "c", content: "b", cache_control: mark },
      ],
    };
    const messages: InferenceRequest["messages"] = [
      {
        role: "user",
        content: [
          { type: "text", text: "a", cacheControl: mark },
          { type: "image", url: "https://x/a.png", cacheControl: mark },
        ],
      },
      { role: "tool", toolCallId: "c", content: "b", cacheControl: mark },
    ];
    expectBothWays({ tools: [{ name: "f", cacheControl: mark }], messages }, wire);
  });

  test("a tool of free text", () => {
    const custom = { name: "sh", description: "a shell", format: { type: "text" } };
    expectBothWays({ tools: [{ type: "custom", ...custom }] }, { tools: [{ type: "custom", custom }] });
  });

  test.each<JsonObject>([{ type: "custom", custom: { name: "sh", x: 1 } }, { type: "web_search" }])(
    "a tool of a kind that is not known here passes as it is: %j",
    (tool) => {
      expectBothWays({ tools: [{ raw: tool }] }, { tools: [tool] });
    },
  );

  test.each([{}, { name: "" }, { name: null }, { name: 7 }])("a function that is called %j is refused", (named) => {
    const tools = [
      { type: "function", function: { name: "now" } },
      { type: "function", function: named },
    ];
    const body = { model: "m", messages: [{ role: "user", content: "hi" }] };
    expect(checkChatRequest({ ...body, tools })).toMatchObject({ status: 400, param: "tools[1].function.name" });
    expect(checkChatRequest({ ...body, tools: tools.slice(0, 1) })).toBeUndefined();
  });
});

describe("Q8: parts of every kind survive", () => {
  test.each<[ContentPart, JsonObject]>([
    [
      { type: "text", text: "hi" },
      { type: "text", text: "hi" },
    ],
    [
      { type: "image", url: "data:image/png;base64,AAAA", detail: "low" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } },
    ],
    [
      { type: "audio", data: "AAAA", format: "wav" },
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
    ],
    [
      { type: "file", file: { file_id: "f" } },
      { type: "file", file: { file_id: "f" } },
    ],
    [
      { type: "refusal", refusal: "no" },
      { type: "refusal", refusal: "no" },
    ],
    [
      { type: "opaque", raw: { type: "video_url", video_url: { url: "u" } } },
      { type: "video_url", video_url: { url: "u" } },
    ],
    [
      { type: "text", text: "hi", cacheControl: { type: "ephemeral" } },
      { type: "text", text: "hi", cache_control: { type: "ephemeral" } },
    ],
    [
      { type: "image", url: "u", extra: { image_url: { fps: 1 }, uuid: "x" } },
      { type: "image_url", image_url: { url: "u", fps: 1 }, uuid: "x" },
    ],
  ])("%j", (part, wire) => {
    expectMessageBothWays({ role: "user", content: [part] }, { role: "user", content: [wire] });
    expect(checkChatRequest({ model: "m", messages: [{ role: "user", content: [wire] }] })).toBeUndefined();
  });
});

describe("Q9: who speaks, and saying nothing", () => {
  test("a name", () => {
    expectMessageBothWays({ role: "user", name: "Ada", content: "hi" }, { role: "user", name: "Ada", content: "hi" });
  });

  test("the developer role, and one that nobody knows, stay what they are", () => {
    for (const role of ["developer", "critic"]) {
      expect(decode({ messages: [{ role, content: "hi" }] }).messages).toEqual([{ role, content: "hi" }]);
      expect(checkChatRequest({ model: "m", messages: [{ role, content: "hi" }] })).toBeUndefined();
    }
    expect(encode({ messages: [{ role: "developer", content: "hi" }] })["messages"]).toEqual([
      { role: "developer", content: "hi" },
    ]);
  });

  test("the developer role is the system role where the server has none, and the caller is told", () => {
    const request: InferenceRequest = { model: "m", messages: [{ role: "developer", content: "hi" }] };
    const { body, changes } = encodeChatRequest(request, { ...OPTIONS, rules: rulesOf("mistral") });
    expect(body["messages"]).toEqual([{ role: "system", content: "hi" }]);
    expect(changes).toMatchObject([{ field: "messages[0].role", action: "replaced", to: "system" }]);
  });

  test("content that is null", () => {
    expectMessageBothWays({ role: "assistant", content: null }, { role: "assistant", content: null });
  });
});

describe("Q12: a large request is not copied on its way", () => {
  const opaque = { type: "video_url", video_url: { url: "u" } };
  const file = { file_data: "AAAA" };
  const parameters = { type: "object" };

  test("what a caller gives whole is sent as the object it is", () => {
    const body = encode({
      messages: [
        {
          role: "user",
          content: [
            { type: "opaque", raw: opaque },
            { type: "file", file },
          ],
        },
      ],
      tools: [{ name: "f", parameters }],
    });
    const [message] = body["messages"] as unknown as [{ content: [JsonObject, JsonObject] }];
    const [tool] = body["tools"] as unknown as [{ function: JsonObject }];
    expect(message.content[0]).toBe(opaque);
    expect(message.content[1]["file"]).toBe(file);
    expect(tool.function["parameters"]).toBe(parameters);
  });

  test("a client's body is adapted around its messages, which stay the same array", () => {
    const messages = [{ role: "user", content: [opaque] }];
    const { body, edits } = adaptChatRequest({ model: "a", messages }, { ...OPTIONS, model: "b" });
    expect(body["messages"]).toBe(messages);
    expect(edits).toEqual([{ key: "model", value: '"b"' }]);
  });
});

test("any request that is written is read as the same request", () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      const { body, changes } = encodeChatRequest(request, {
        stream: false,
        wantUsage: false,
        rules: REFERENCE_RULES.request,
      });
      expect(changes).toEqual([]);
      expect(decodeChatRequest(body)).toEqual(request);
    }),
    { numRuns: process.env["MILLRACE_TEST_LONG"] ? 20_000 : 500 },
  );
});
