import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import { type Answer, type Asked, USAGE } from "./asked.ts";
import { type Fault, MODEL, type UpstreamDialect } from "./dialect.ts";
import { brokenOff, changed, commonFaults } from "./faults.ts";
import { contentText, objectOf, objectsOf, textOf, without } from "./fields.ts";
import { event, type Frame, mapData, piecesOf } from "./frame.ts";
import { PLAIN_TEXT } from "./script.ts";

const HEAD = { model: MODEL, created_at: "2026-01-01T00:00:00.000000Z" };
const COUNTS = {
  total_duration: 9_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: USAGE.input,
  prompt_eval_duration: 3_000_000,
  eval_count: USAGE.output,
  eval_duration: 5_000_000,
};
const END = { done: true, done_reason: "stop", ...COUNTS };

function read(body: JsonObject): Asked {
  const tools = objectsOf(body["tools"]).map((tool) => objectOf(tool["function"]));
  const { format } = body;
  return {
    tools: tools.map(({ name, parameters }) => ({ name: textOf(name), schema: objectOf(parameters) })),
    results: objectsOf(body["messages"])
      .filter(({ role }) => role === "tool")
      .map(({ content }) => contentText(content)),
    opaqueReasoning: [],
    // This server streams unless it is told not to.
    stream: body["stream"] !== false,
    ...(typeof format === "object" ? { answerSchema: objectOf(format) } : {}),
  };
}

function messagesOf({ reasoning, text, call }: Answer): JsonObject[] {
  const tool_calls = call && [{ function: { name: call.name, arguments: call.args } }];
  return [
    ...(reasoning === undefined ? [] : piecesOf(reasoning).map((thinking) => ({ content: "", thinking }))),
    ...piecesOf(text).map((content) => ({ content })),
    ...(tool_calls === undefined ? [] : [{ content: "", tool_calls }]),
  ].map((message) => ({ role: "assistant", ...message }));
}

function whole({ reasoning, text, call }: Answer): JsonObject {
  const message = {
    role: "assistant",
    content: text,
    ...(reasoning === undefined ? {} : { thinking: reasoning }),
    ...(call === undefined ? {} : { tool_calls: [{ function: { name: call.name, arguments: call.args } }] }),
  };
  return { ...HEAD, message, ...END };
}

function stream(answer: Answer): readonly Frame[] {
  return [
    ...messagesOf(answer).map((message) => event({ ...HEAD, message, done: false })),
    event({ ...HEAD, message: { role: "assistant", content: "" }, ...END }),
  ];
}

const faults: Readonly<Record<string, Fault>> = {
  "no counts": changed("passes", (frames) =>
    mapData(frames, (data) => without(data, "eval_count", "prompt_eval_count")),
  ),
  "no done line": changed("ends", (frames) => mapData(frames, (data) => (data["done"] === true ? undefined : data))),
  "error mid-stream": brokenOff(event({ error: "an error was encountered while running the model" })),
  ...commonFaults,
};

const details = {
  parent_model: "",
  format: "gguf",
  family: "llama",
  families: ["llama"],
  parameter_size: "8B",
  quantization_level: "Q4_K_M",
};
const listed = { name: MODEL, model: MODEL, size: 5_000_000_000, digest: "0".repeat(64), details };

/** Ollama's own interface. */
export const ollama: UpstreamDialect = {
  id: "ollama",
  profile: "ollama-native",
  modelId: MODEL,
  framing: "lines",
  basePath: "",
  path: /\/api\/chat$/,
  read,
  whole,
  stream,
  error: (_status, message) => ({ error: message }),
  faults,
  others: [
    { method: "GET", path: /\/api\/version$/, answer: () => ({ version: "0.13.0" }) },
    {
      method: "GET",
      path: /\/api\/tags$/,
      answer: () => ({ models: [{ ...listed, modified_at: HEAD.created_at }] }),
    },
    { method: "GET", path: /\/api\/ps$/, answer: () => ({ models: [] }) },
    {
      method: "POST",
      path: /\/api\/show$/,
      answer: () => ({
        details,
        capabilities: ["completion", "tools", "thinking"],
        model_info: { "general.architecture": "llama", "llama.context_length": 131_072 },
      }),
    },
    { method: "POST", path: /\/api\/generate$/, answer: () => ({ ...HEAD, response: PLAIN_TEXT, ...END }) },
    {
      method: "POST",
      path: /\/api\/embed$/,
      answer: ({ input }) => ({
        model: MODEL,
        embeddings: (Array.isArray(input) ? input : [input]).map(() => [0.25, 0.5, 0.75]),
        prompt_eval_count: 4,
      }),
    },
  ],
};
