import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import { type Answer, type Asked, OPAQUE_REASONING, type OfferedTool, USAGE } from "./asked.ts";
import { embeddings } from "./chat.ts";
import { type Fault, MODEL, type UpstreamDialect } from "./dialect.ts";
import { brokenOff, changed, comments, commonFaults } from "./faults.ts";
import { contentText, objectOf, objectsOf, textOf, without } from "./fields.ts";
import { event, type Frame, mapData, piecesOf } from "./frame.ts";

const usage = {
  input_tokens: USAGE.input,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: USAGE.output,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: USAGE.input + USAGE.output,
};
const RESULTS = ["function_call_output", "custom_tool_call_output", "local_shell_call_output"];

function read(body: JsonObject): Asked {
  const input = objectsOf(body["input"]);
  const choice = objectOf(body["tool_choice"]);
  const format = objectOf(objectOf(body["text"])["format"]);
  return {
    tools: objectsOf(body["tools"]).flatMap(toolsOf),
    results: input.filter(({ type }) => RESULTS.includes(textOf(type))).map(({ output }) => contentText(output)),
    opaqueReasoning: input.filter(({ type }) => type === "reasoning").map((item) => textOf(item["encrypted_content"])),
    stream: body["stream"] === true,
    ...(choice["type"] === "function" ? { forcedTool: textOf(choice["name"]) } : {}),
    ...(format["schema"] === undefined ? {} : { answerSchema: objectOf(format["schema"]) }),
  };
}

/** A namespace has tools inside; they are called by their own names. */
function toolsOf(tool: JsonObject): OfferedTool[] {
  if (tool["type"] === "namespace") return objectsOf(tool["tools"]).flatMap(toolsOf);
  return tool["type"] === "function" ? [{ name: textOf(tool["name"]), schema: objectOf(tool["parameters"]) }] : [];
}

interface Item {
  readonly done: JsonObject;
  readonly opening: JsonObject;
  /** The events between the item's opening and its end. */
  readonly between: readonly JsonObject[];
}

function reasoningItem(text: string): Item {
  const item = { type: "reasoning", id: "rs_scripted" };
  const part = { type: "summary_text", text };
  const at = { item_id: item.id, summary_index: 0 };
  return {
    opening: { ...item, summary: [], encrypted_content: "" },
    between: [
      { type: "response.reasoning_summary_part.added", ...at, part: { ...part, text: "" } },
      ...piecesOf(text).map((delta) => ({ type: "response.reasoning_summary_text.delta", ...at, delta })),
      { type: "response.reasoning_summary_text.done", ...at, text },
      { type: "response.reasoning_summary_part.done", ...at, part },
    ],
    done: { ...item, summary: [part], encrypted_content: OPAQUE_REASONING },
  };
}

function messageItem(text: string): Item {
  const item = { type: "message", id: "msg_scripted", role: "assistant" };
  const part = { type: "output_text", text, annotations: [], logprobs: [] };
  const at = { item_id: item.id, content_index: 0 };
  return {
    opening: { ...item, status: "in_progress", content: [] },
    between: [
      { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
      ...piecesOf(text).map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
      { type: "response.output_text.done", ...at, text, logprobs: [] },
      { type: "response.content_part.done", ...at, part },
    ],
    done: { ...item, status: "completed", content: [part] },
  };
}

function callItem({ id, name, args }: NonNullable<Answer["call"]>): Item {
  const text = JSON.stringify(args);
  const item = { type: "function_call", id: "fc_scripted", call_id: id, name };
  const at = { item_id: item.id };
  return {
    opening: { ...item, status: "in_progress", arguments: "" },
    between: [
      ...piecesOf(text).map((delta) => ({ type: "response.function_call_arguments.delta", ...at, delta })),
      { type: "response.function_call_arguments.done", ...at, name, arguments: text },
    ],
    done: { ...item, status: "completed", arguments: text },
  };
}

function itemsOf({ reasoning, text, call }: Answer): Item[] {
  return [
    ...(reasoning === undefined ? [] : [reasoningItem(reasoning)]),
    messageItem(text),
    ...(call === undefined ? [] : [callItem(call)]),
  ];
}

function responseOf(status: string, items: readonly Item[]): JsonObject {
  return {
    id: "resp_scripted",
    object: "response",
    created_at: 1_760_000_000,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model: MODEL,
    output: items.map(({ done }) => done),
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    usage: status === "completed" ? usage : null,
  };
}

const whole = (answer: Answer): JsonObject => responseOf("completed", itemsOf(answer));

function stream(answer: Answer): readonly Frame[] {
  const items = itemsOf(answer);
  const events: JsonObject[] = [
    { type: "response.created", response: responseOf("in_progress", []) },
    { type: "response.in_progress", response: responseOf("in_progress", []) },
    ...items.flatMap(({ opening, between, done }, index): JsonObject[] => [
      { type: "response.output_item.added", output_index: index, item: opening },
      ...between.map((data) => ({ ...data, output_index: index })),
      { type: "response.output_item.done", output_index: index, item: done },
    ]),
    { type: "response.completed", response: responseOf("completed", items) },
  ];
  return events.map((data, index) => typed({ ...data, sequence_number: index }));
}

const typed = (data: JsonObject): Frame => event(data, textOf(data["type"]));

function error(status: number, message: string): JsonObject {
  return {
    error: { message, type: status >= 500 ? "server_error" : "invalid_request_error", param: null, code: null },
  };
}

/** Encrypted reasoning must come back as it was given, else the real server refuses the conversation. */
function refuses(body: JsonObject): string | undefined {
  const forged = read(body).opaqueReasoning.some((content) => content !== OPAQUE_REASONING);
  return forged ? "The encrypted content could not be verified." : undefined;
}

const only = (keep: (type: string) => boolean) => (frames: readonly Frame[]) =>
  mapData(frames, (data) => (keep(textOf(data["type"])) ? data : undefined));

const FEWEST = ["response.created", "response.output_item.done", "response.completed"];
const failed = {
  ...responseOf("failed", []),
  error: { code: "server_error", message: "the model fell over" },
};

const faults: Readonly<Record<string, Fault>> = {
  comments,
  "no sequence_number": changed("passes", (frames) => mapData(frames, (data) => without(data, "sequence_number"))),
  "no event lines": changed("passes", (frames) =>
    frames.map((frame) => (frame.kind === "event" ? event(frame.data) : frame)),
  ),
  "unknown event": changed("passes", ([first, ...rest]) => [
    ...(first ? [first] : []),
    typed({ type: "response.output_glow.delta", output_index: 0, delta: "?" }),
    ...rest,
  ]),
  "only output_item.done": changed(
    "passes",
    only((type) => FEWEST.includes(type)),
  ),
  "no usage": changed("passes", (frames) =>
    mapData(frames, (data) =>
      data["type"] === "response.completed"
        ? { ...data, response: without(objectOf(data["response"]), "usage") }
        : data,
    ),
  ),
  "no response.completed": changed(
    "ends",
    only((type) => type !== "response.completed"),
  ),
  "response.failed": brokenOff(typed({ type: "response.failed", response: failed })),
  "error mid-stream": brokenOff(
    typed({ type: "error", code: "server_error", message: "the model fell over", param: null }),
  ),
  ...commonFaults,
};

/** OpenAI's Responses. */
export const responses: UpstreamDialect = {
  id: "responses",
  profile: "openai-responses",
  imitators: "responses-compatible",
  modelId: MODEL,
  framing: "sse",
  basePath: "/v1",
  path: /\/responses$/,
  read,
  whole,
  stream,
  error,
  refuses,
  faults,
  others: [
    { method: "GET", path: /\/models$/, answer: () => ({ object: "list", data: [{ id: MODEL, object: "model" }] }) },
    { method: "POST", path: /\/embeddings$/, answer: embeddings },
  ],
};
