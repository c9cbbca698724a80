import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import { type Answer, type Asked, type OfferedTool, USAGE } from "./asked.ts";
import { type Fault, MODEL, type UpstreamDialect } from "./dialect.ts";
import { brokenOff, changed, comments, commonFaults } from "./faults.ts";
import { contentText, objectOf, objectsOf, textOf, without } from "./fields.ts";
import { bytes, event, type Frame, mapData, piecesOf } from "./frame.ts";

const HEAD = { id: "chatcmpl-scripted", object: "chat.completion.chunk", created: 1_760_000_000, model: MODEL };
const USAGE_FIELDS = {
  prompt_tokens: USAGE.input,
  completion_tokens: USAGE.output,
  total_tokens: USAGE.input + USAGE.output,
};
const DONE = bytes("data: [DONE]\n\n");

function read(body: JsonObject): Asked {
  const tools = objectsOf(body["tools"]).map((tool): OfferedTool => {
    const { name, parameters } = objectOf(tool["function"]);
    return { name: textOf(name), schema: objectOf(parameters) };
  });
  const forced = textOf(objectOf(objectOf(body["tool_choice"])["function"])["name"]);
  const schema = objectOf(objectOf(body["response_format"])["json_schema"])["schema"];
  const results = objectsOf(body["messages"]).filter(({ role }) => role === "tool");
  return {
    tools,
    results: results.map(({ content }) => contentText(content)),
    opaqueReasoning: [],
    stream: body["stream"] === true,
    ...(forced === "" ? {} : { forcedTool: forced }),
    ...(schema === undefined ? {} : { answerSchema: objectOf(schema) }),
  };
}

function callOf(answer: Answer, wire: object): JsonObject[] {
  return answer.call === undefined ? [] : [{ id: answer.call.id, type: "function", ...wire }];
}

function whole(answer: Answer): JsonObject {
  const { call } = answer;
  const calls = callOf(answer, { function: { name: call?.name ?? "", arguments: JSON.stringify(call?.args) } });
  const message = {
    role: "assistant",
    content: answer.text,
    ...(answer.reasoning === undefined ? {} : { reasoning_content: answer.reasoning }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const choices = [{ index: 0, message, finish_reason: call === undefined ? "stop" : "tool_calls" }];
  return { ...HEAD, object: "chat.completion", choices, usage: USAGE_FIELDS };
}

function stream({ reasoning, text, call }: Answer): readonly Frame[] {
  const deltas: JsonObject[] = [
    { role: "assistant", content: "" },
    ...(reasoning === undefined ? [] : piecesOf(reasoning).map((piece) => ({ reasoning_content: piece }))),
    ...piecesOf(text).map((content) => ({ content })),
  ];
  if (call !== undefined) {
    const opening = { index: 0, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
    const rest = piecesOf(JSON.stringify(call.args)).map((piece) => ({ index: 0, function: { arguments: piece } }));
    deltas.push(...[opening, ...rest].map((wire) => ({ tool_calls: [wire] })));
  }
  return [
    ...deltas.map((delta) => event({ ...HEAD, choices: [{ index: 0, delta, finish_reason: null }] })),
    event({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: call ? "tool_calls" : "stop" }] }),
    event({ ...HEAD, choices: [], usage: USAGE_FIELDS }),
    DONE,
  ];
}

function error(status: number, message: string): JsonObject {
  return {
    error: { message, type: status >= 500 ? "server_error" : "invalid_request_error", param: null, code: null },
  };
}

/** The frames with every choice's delta changed. */
function mapDeltas(frames: readonly Frame[], change: (delta: JsonObject) => JsonObject): Frame[] {
  return mapData(frames, (data) => ({
    ...data,
    choices: objectsOf(data["choices"]).map((choice) => ({ ...choice, delta: change(objectOf(choice["delta"])) })),
  }));
}

const faults: Readonly<Record<string, Fault>> = {
  comments,
  "no usage": changed("passes", (frames) =>
    mapData(frames, (data) => (data["usage"] === undefined ? data : undefined)),
  ),
  "no [DONE]": changed("passes", (frames) => frames.filter((frame) => frame !== DONE)),
  "no finish reason": changed("ends", (frames) =>
    mapData(frames, (data) => (objectsOf(data["choices"])[0]?.["finish_reason"] ? undefined : data)),
  ),
  "no id, created, object, model": changed("passes", (frames) =>
    mapData(frames, (data) => without(data, "id", "created", "object", "model")),
  ),
  "no role": changed("passes", (frames) => mapDeltas(frames, (delta) => without(delta, "role"))),
  "no tool index": changed("passes", (frames) =>
    mapDeltas(frames, (delta) =>
      delta["tool_calls"] === undefined
        ? delta
        : { ...delta, tool_calls: objectsOf(delta["tool_calls"]).map((call) => without(call, "index")) },
    ),
  ),
  "usage on every chunk": changed("passes", (frames) => mapData(frames, (data) => ({ ...data, usage: USAGE_FIELDS }))),
  "foreign event": changed("passes", ([first, ...rest]) => [
    ...(first ? [first] : []),
    event({ type: "queue", position: 1 }, "progress"),
    ...rest,
  ]),
  "error mid-stream": brokenOff(event(error(500, "the model fell over"))),
  ...commonFaults,
};

/** A server of OpenAI's chat completions. */
export const chat: UpstreamDialect = {
  id: "chat",
  profile: "openai-compatible",
  modelId: MODEL,
  framing: "sse",
  basePath: "/v1",
  path: /\/chat\/completions$/,
  read,
  whole,
  stream,
  error,
  faults,
  others: [
    { method: "GET", path: /\/models$/, answer: () => ({ object: "list", data: [{ id: MODEL, object: "model" }] }) },
    { method: "POST", path: /\/embeddings$/, answer: embeddings },
  ],
};

/** A list of vectors, one for each input, as OpenAI's embeddings have them. */
export function embeddings(body: JsonObject): JsonObject {
  const inputs = Array.isArray(body["input"]) ? body["input"] : [body["input"]];
  const vector = [0.25, 0.5, 0.75];
  const embedding =
    body["encoding_format"] === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
  return {
    object: "list",
    model: MODEL,
    data: inputs.map((_, index) => ({ object: "embedding", index, embedding })),
    usage: { prompt_tokens: 4, total_tokens: 4 },
  };
}
