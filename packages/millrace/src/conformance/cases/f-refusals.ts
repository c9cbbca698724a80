import type { JsonObject } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { answersWith, called } from "./expected-calls.ts";
import { call, calls, delta, DONE, fin, json, stream, text } from "./replies.ts";

const OK = stream(delta({ role: "assistant", content: "" }), text("ok"), fin(), DONE);
const SAYS_OK = { choices: [{ text: "ok", finish: "stop" }], error: undefined } as const;
const asked = (body: JsonObject) => ({ call: "stream", body }) as const;
const seeing = (url: string): JsonObject => ({
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url } },
      ],
    },
  ],
});
const tool = (name: string, parameters: JsonObject = { type: "object", properties: {} }): JsonObject => ({
  type: "function",
  function: { name, parameters },
});
const TAKEN = "get_weather_now_2o0emp07rqldt";
const NOTHING_SENT = { requests: [], connections: 0 } as const;

/** Catalogue F, 209–214: what is refused before it is sent, and where it is sent. */
export const REFUSED_REQUEST_CASES: readonly ConformanceCase[] = [
  {
    number: 209,
    variant: "by URL",
    title: "an image by URL is not sent to a server that takes only images in the request",
    setup: { profile: "ollama" },
    ask: asked(seeing("https://example.com/cat.png")),
    replies: [OK],
    expected: { error: { code: "unsupported", param: "messages[0].content[1]" }, ...NOTHING_SENT },
    library: { error: { retry: "elsewhere" } },
    gateway: { status: 400 },
  },
  {
    number: 209,
    variant: "in the request",
    title: "an image in the request is",
    setup: { profile: "ollama" },
    ask: asked(seeing("data:image/png;base64,AAAA")),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: seeing("data:image/png;base64,AAAA") }] },
  },
  {
    number: 209,
    variant: "in a tool's result",
    title: "an image in a tool's result is not sent to a service that refuses it there",
    setup: { profile: "openai", apiKey: "sk-test" },
    ask: asked({
      messages: [
        { role: "user", content: "hi" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        {
          role: "tool",
          tool_call_id: "c",
          content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
        },
      ],
    }),
    replies: [OK],
    expected: { error: { code: "unsupported", param: "messages[2].content[0]" }, ...NOTHING_SENT },
    gateway: { status: 400 },
  },
  {
    number: 210,
    variant: "two of a name",
    title: "two tools of one name are refused",
    ask: asked({ tools: [tool("f"), tool("g"), tool("f")] }),
    replies: [OK],
    expected: { error: { code: "bad_request", param: "tools[2].function.name", message: /f/ }, ...NOTHING_SENT },
    gateway: { status: 400 },
  },
  {
    number: 210,
    variant: "odd name",
    title: "a name with a dot or a space is refused where the service refuses it",
    setup: { profile: "openai", apiKey: "sk-test" },
    ask: asked({ tools: [tool("get.weather now")] }),
    replies: [OK],
    expected: {
      error: { code: "bad_request", param: "tools[0].function.name", message: /get\.weather now/ },
      ...NOTHING_SENT,
    },
    gateway: { status: 400 },
    notApplicable: { library: "it sends the tool under another name" },
  },
  {
    number: 210,
    variant: "another name",
    title: "it goes out under a name that the service takes, and its call comes back under its own",
    setup: { profile: "openai", apiKey: "sk-test" },
    ask: asked({ tools: [tool("get.weather now")] }),
    replies: [stream(calls(call(0, "x", TAKEN, "{}")), fin("tool_calls"), DONE)],
    expected: { ...answersWith(called("x", "get.weather now", "{}")), requests: [{ body: { tools: [tool(TAKEN)] } }] },
    notApplicable: { gateway: "a body of the server's own dialect passes, or is refused" },
  },
  {
    number: 210,
    variant: "no properties",
    title: "a schema without properties gets empty ones where the server wants them",
    setup: { profile: "lmstudio" },
    ask: asked({ tools: [tool("f", { type: "object" })] }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { tools: [tool("f")] } }] },
    gateway: { headers: { "x-millrace-changes": /tools\[0\]\.function\.parameters replaced/ } },
  },
  {
    number: 210,
    variant: "references",
    title: "references in a schema are left as they are",
    ask: asked({
      tools: [
        tool("f", { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "string" } } }),
      ],
    }),
    replies: [OK],
    expected: {
      ...SAYS_OK,
      requests: [
        {
          body: {
            tools: [
              tool("f", { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "string" } } }),
            ],
          },
        },
      ],
    },
  },
  {
    number: 211,
    title: "an empty list of tools is left out, and with it the choice among them",
    ask: asked({ tools: [], tool_choice: "auto" }),
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ body: { tools: undefined, tool_choice: undefined } }] },
  },
  {
    number: 212,
    title: "a body that the server finds too large is told as that",
    ask: asked(seeing(`data:image/png;base64,${"A".repeat(3_000_000)}`)),
    replies: [json({ error: { message: "Request Entity Too Large" } }, 413)],
    expected: { error: { code: "body_too_large" } },
    gateway: { status: 413 },
  },
  {
    number: 213,
    variant: "model",
    title: "a model's name cannot smuggle a header in",
    ask: asked({ model: "m\r\nx-evil: 1" }),
    replies: [OK],
    expected: { error: { code: "bad_request", param: "model" }, ...NOTHING_SENT },
    gateway: { status: 400 },
  },
  {
    number: 213,
    variant: "key",
    title: "a key with a line break is refused when the provider is made",
    setup: { apiKey: "sk-secret\r\nx-evil: 1" },
    replies: [OK],
    expected: { error: { code: "configuration", message: /^(?!.*sk-secret)/ }, ...NOTHING_SENT },
  },
  ...baseUrlCases(),
];

function baseUrlCases(): readonly ConformanceCase[] {
  const paths: readonly (readonly [variant: string, baseUrl: string, path: string])[] = [
    ["bare", "{url}", "/v1/chat/completions"],
    ["slash", "{url}/", "/v1/chat/completions"],
    ["v1", "{url}/v1", "/v1/chat/completions"],
    ["v1 and slash", "{url}/v1/", "/v1/chat/completions"],
    ["whole endpoint", "{url}/v1/chat/completions", "/v1/chat/completions"],
    ["prefix", "{url}/llm/v1", "/llm/v1/chat/completions"],
    ["other version", "{url}/api/paas/v4", "/api/paas/v4/chat/completions"],
    ["query", "{url}/v1?api-version=7", "/v1/chat/completions?api-version=7"],
  ];
  return paths.map(([variant, baseUrl, path]) => ({
    number: 214,
    variant,
    title: `a base URL like ${baseUrl.replace("{url}", "http://host")} leads to ${path}`,
    setup: { baseUrl },
    replies: [OK],
    expected: { ...SAYS_OK, requests: [{ path }] },
  }));
}
