import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import { type Answer, type Asked, OPAQUE_REASONING, USAGE } from "./asked.ts";
import { type Fault, MODEL, type UpstreamDialect } from "./dialect.ts";
import { brokenOff, changed, comments, commonFaults } from "./faults.ts";
import { contentText, objectOf, objectsOf, textOf, without } from "./fields.ts";
import { event, type Frame, mapData, piecesOf } from "./frame.ts";

const usage = { input_tokens: USAGE.input, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
const HEAD = { id: "msg_scripted", type: "message", role: "assistant", model: MODEL };

function read(body: JsonObject): Asked {
  const blocks = objectsOf(body["messages"]).flatMap(({ content }) => objectsOf(content));
  const choice = objectOf(body["tool_choice"]);
  const format = objectOf(objectOf(body["output_config"])["format"] ?? body["output_format"]);
  return {
    tools: objectsOf(body["tools"]).map((tool) => ({
      name: textOf(tool["name"]),
      schema: objectOf(tool["input_schema"]),
    })),
    results: blocks.filter(({ type }) => type === "tool_result").map(({ content }) => contentText(content)),
    opaqueReasoning: blocks.filter(({ type }) => type === "thinking").map(({ signature }) => textOf(signature)),
    stream: body["stream"] === true,
    ...(choice["type"] === "tool" ? { forcedTool: textOf(choice["name"]) } : {}),
    ...(format["schema"] === undefined ? {} : { answerSchema: objectOf(format["schema"]) }),
  };
}

interface Block {
  readonly whole: JsonObject;
  /** As it is when it opens. */
  readonly opening: JsonObject;
  readonly deltas: readonly JsonObject[];
}

function blocksOf({ reasoning, text, call }: Answer): Block[] {
  const blocks: Block[] = [];
  if (reasoning !== undefined) {
    const deltas = piecesOf(reasoning).map((thinking): JsonObject => ({ type: "thinking_delta", thinking }));
    blocks.push({
      whole: { type: "thinking", thinking: reasoning, signature: OPAQUE_REASONING },
      opening: { type: "thinking", thinking: "", signature: "" },
      deltas: [...deltas, { type: "signature_delta", signature: OPAQUE_REASONING }],
    });
  }
  blocks.push({
    whole: { type: "text", text },
    opening: { type: "text", text: "" },
    deltas: piecesOf(text).map((piece) => ({ type: "text_delta", text: piece })),
  });
  if (call !== undefined)
    blocks.push({
      whole: { type: "tool_use", id: call.id, name: call.name, input: call.args },
      opening: { type: "tool_use", id: call.id, name: call.name, input: {} },
      deltas: piecesOf(JSON.stringify(call.args)).map((piece) => ({ type: "input_json_delta", partial_json: piece })),
    });
  return blocks;
}

const stopReason = ({ call }: Answer): string => (call === undefined ? "end_turn" : "tool_use");

function whole(answer: Answer): JsonObject {
  const content = blocksOf(answer).map((block) => block.whole);
  const counts = { ...usage, output_tokens: USAGE.output };
  return { ...HEAD, content, stop_reason: stopReason(answer), stop_sequence: null, usage: counts };
}

const typed = (data: JsonObject): Frame => event(data, textOf(data["type"]));

function stream(answer: Answer): readonly Frame[] {
  const message = {
    ...HEAD,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  return [
    { type: "message_start", message },
    ...blocksOf(answer).flatMap(({ opening, deltas }, index): JsonObject[] => [
      { type: "content_block_start", index, content_block: opening },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
    {
      type: "message_delta",
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: { output_tokens: USAGE.output },
    },
    { type: "message_stop" },
  ].map(typed);
}

function error(status: number, message: string): JsonObject {
  return { type: "error", error: { type: status >= 500 ? "api_error" : "invalid_request_error", message } };
}

/** Thinking must come back with the signature it was given, else the real server refuses the conversation. */
function refuses(body: JsonObject): string | undefined {
  const forged = read(body).opaqueReasoning.some((signature) => signature !== OPAQUE_REASONING);
  return forged ? "messages.1.content.0: Invalid `signature` in `thinking` block" : undefined;
}

const withoutEvent = (type: string) => (frames: readonly Frame[]) =>
  mapData(frames, (data) => (data["type"] === type ? undefined : data));

const faults: Readonly<Record<string, Fault>> = {
  comments,
  ping: changed("passes", (frames) => frames.flatMap((frame) => [frame, typed({ type: "ping" })]).slice(0, -1)),
  "unknown event": changed("passes", ([first, ...rest]) => [
    ...(first ? [first] : []),
    typed({ type: "content_block_glow", index: 0 }),
    ...rest,
  ]),
  "no usage": changed("passes", (frames) =>
    mapData(frames, (data) => {
      const message = data["message"] === undefined ? {} : { message: without(objectOf(data["message"]), "usage") };
      return { ...without(data, "usage"), ...message };
    }),
  ),
  "no event lines": changed("passes", (frames) =>
    frames.map((frame) => (frame.kind === "event" ? event(frame.data) : frame)),
  ),
  "no message_stop": changed("ends", withoutEvent("message_stop")),
  "error mid-stream": brokenOff(typed({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })),
  ...commonFaults,
};

/** Anthropic's Messages. */
export const messages: UpstreamDialect = {
  id: "messages",
  profile: "anthropic",
  imitators: "anthropic-compatible",
  modelId: MODEL,
  framing: "sse",
  basePath: "",
  path: /\/messages$/,
  read,
  whole,
  stream,
  error,
  refuses,
  faults,
  others: [
    { method: "POST", path: /\/messages\/count_tokens$/, answer: () => ({ input_tokens: USAGE.input }) },
    {
      method: "GET",
      path: /\/models$/,
      answer: () => ({
        data: [{ type: "model", id: MODEL, display_name: MODEL, created_at: "2026-01-01T00:00:00Z" }],
        has_more: false,
        first_id: MODEL,
        last_id: MODEL,
      }),
    },
  ],
};
