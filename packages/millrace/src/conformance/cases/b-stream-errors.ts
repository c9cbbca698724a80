import type { JsonValue } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { Expectation } from "./observed.ts";
import { data, delta, DONE, fin, stream, text, usage } from "./replies.ts";

const END = `${fin()}${DONE}`;
const failed = (error: JsonValue): string => data({ error });

/** An error that is the first event: nothing of an answer is shown, and a client gets a true status. */
function first(
  variant: string,
  title: string,
  events: string,
  error: Expectation["error"],
  status: number,
): ConformanceCase {
  return {
    number: 94,
    variant,
    title,
    replies: [stream(events)],
    expected: { choices: [], error: { ...error } },
    library: { events: undefined, error: { partial: false } },
    gateway: { status, headers: { "content-type": "application/json" } },
  };
}

/** An error behind `Hello`: the answer has failed, and what there was of it is kept. */
function later(
  number: number,
  variant: string | undefined,
  title: string,
  events: string,
  error: Expectation["error"],
): ConformanceCase {
  return {
    number,
    ...(variant !== undefined && { variant }),
    title,
    replies: [stream(text("Hello"), events)],
    expected: { choices: [{ text: "Hello" }], error: { ...error } },
    library: { error: { partial: true } },
    gateway: { status: 200, done: false },
  };
}

const INPUT_TOO_LONG = "The input (5000 tokens) is longer than the model's context length (4096 tokens).";

/** Catalogue B, 94–101: errors that come as events. */
export const STREAM_ERROR_CASES: readonly ConformanceCase[] = [
  first(
    "TGI",
    "a first event that is an error is the reply's status",
    failed({ message: "Input validation error: `temperature` must be positive", http_status_code: 422 }) + DONE,
    { code: "bad_request", message: /must be positive/ },
    422,
  ),
  first(
    "SGLang",
    "also an overflow",
    failed({ object: "error", message: INPUT_TOO_LONG, type: "BadRequestError", param: null, code: 400 }) + DONE,
    { code: "context_overflow" },
    400,
  ),
  first(
    "LM Studio",
    "also one that is named error",
    `event: error\n${failed({ message: "tokens to keep from the initial prompt is greater than the context length" })}`,
    { code: "context_overflow" },
    400,
  ),
  first(
    "behind the role",
    "and a chunk that only tells the role changes nothing",
    delta({ role: "assistant", content: "" }) + failed({ message: "boom", code: 500 }),
    { code: "server", message: /boom/ },
    500,
  ),
  later(
    95,
    undefined,
    "an error and then the end is that error, not a cut",
    failed({ code: 500, message: "Context size has been exceeded.", type: "server_error" }),
    { code: "context_overflow", message: /Context size has been exceeded/ },
  ),
  later(
    95,
    "usage before",
    "and what was counted before it is told",
    usage(3, 2) + failed({ code: 500, message: "boom", type: "server_error" }),
    { code: "server", message: /boom/ },
  ),
  later(
    96,
    undefined,
    "[DONE] behind an error does not make it a success",
    failed({ message: "CUDA error", type: "InternalServerError", param: null, code: 500 }) + DONE,
    { code: "server", message: /CUDA error/ },
  ),
  later(
    96,
    "finish and [DONE]",
    "nor does a finish reason",
    failed({ message: "CUDA error", type: "InternalServerError", param: null, code: 500 }) + END,
    { code: "server", message: /CUDA error/ },
  ),
  later(97, undefined, "an event named error is one", `event: error\n${failed({ message: "boom" })}`, {
    code: "server",
    message: /boom/,
  }),
  later(97, "plain", "whatever is in it", `event: error\n${data("the worker died")}`, {
    code: "server",
    message: /the worker died/,
  }),
  later(98, "text", "an error that is a text", data({ error: "worker died", error_type: "generation" }), {
    code: "server",
    message: /worker died/,
  }),
  later(98, "object", "whose fields lie flat", data({ object: "error", message: "worker died", code: 500 }), {
    code: "server",
    message: /worker died/,
  }),
  later(98, "Venice", "under names of its own", data({ error_type: "inference", error_message: "worker died" }), {
    code: "server",
    message: /worker died/,
  }),
  later(
    98,
    "Anthropic",
    "of Anthropic's form",
    data({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
    { code: "overloaded", message: /Overloaded/ },
  ),
  later(
    99,
    undefined,
    "an error beside a choice that finished with error",
    data({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      error: { code: 502, message: "Provider disconnected" },
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    }) + DONE,
    { code: "server", message: /Provider disconnected/, upstream: { status: 502 } },
  ),
  ...([null, {}] as const).map((error): ConformanceCase => ({
    number: 100,
    variant: JSON.stringify(error),
    title: `"error": ${JSON.stringify(error)} is none`,
    replies: [
      stream(
        delta({ role: "assistant", content: "Hel" }, {}, { error }),
        delta({ content: "lo" }, {}, { error }),
        fin("stop", {}, { error }),
        DONE,
      ),
    ],
    expected: { choices: [{ text: "Hello", finish: "stop" }], error: undefined },
  })),
  later(101, undefined, "plain text where an event should be is told", data("Internal error") + DONE, {
    code: "protocol",
    message: /Internal error/,
  }),
];
