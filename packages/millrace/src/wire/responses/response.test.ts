import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../model/response.ts";
import { anyResponse } from "../assembly/testing/any-response.ts";
import { eventsOf } from "../assembly/synthesize.ts";
import { createResponsesServer, responsesClient } from "./codec.ts";
import { encodeResponsesResponse } from "./response.ts";
import { OPENAI_RESPONSES_RULES } from "./rules.ts";
import { decode, encoding, WALL_NOW } from "./testing/wire.ts";

const passing = createResponsesServer(OPENAI_RESPONSES_RULES).passing;

/** What of an answer this dialect can hold. */
function kept({ choices }: InferenceResponse): unknown {
  const [choice] = choices;
  return {
    text: choice?.text,
    reasoning: choice?.reasoning,
    refusal: choice?.refusal,
    finishReason: choice?.finishReason,
    calls: choice?.toolCalls.map(({ id, type, name, arguments: text, input, problem }) => ({
      id,
      type,
      name,
      text,
      input,
      problem,
    })),
  };
}

describe("any answer", () => {
  test("is read back from its stream as it was", () => {
    fc.assert(
      fc.property(anyResponse, (response) => {
        const encoder = responsesClient.createStreamEncoder(encoding());
        const { response: read } = decode(encoder.encode(eventsOf(response)));
        expect(read && kept(read)).toEqual(kept(response));
      }),
    );
  });

  test("is the same whole as at the end of its stream", () => {
    fc.assert(
      fc.property(anyResponse, (response) => {
        const whole = encodeResponsesResponse(response, encoding());
        const { response: read } = decode(JSON.stringify(whole));
        expect(read && kept(read)).toEqual(kept(response));
      }),
    );
  });
});

test("items of this dialect are written as they were, with their own ids", () => {
  const detail = (id: string): object => ({
    type: "reasoning.encrypted",
    data: `d-${id}`,
    id,
    summary: [{ type: "summary_text", text: id }],
    format: "openai-responses-v1",
  });
  const choice = {
    index: 0,
    text: "hi",
    toolCalls: [],
    finishReason: "stop",
    rawFinishReason: "stop",
    reasoning: "a\n\nb",
    reasoningDetails: [detail("rs_a"), detail("rs_b")],
  } as const;
  const response = {
    id: "resp_9",
    model: "m",
    text: "hi",
    toolCalls: [],
    finishReason: "stop",
    choices: [choice],
    warnings: [],
  } as unknown as InferenceResponse;
  expect(encodeResponsesResponse(response, encoding())).toMatchObject({
    id: "resp_9",
    output: [
      { type: "reasoning", id: "rs_a", summary: [{ text: "rs_a" }], encrypted_content: "d-rs_a" },
      { type: "reasoning", id: "rs_b", summary: [{ text: "rs_b" }], encrypted_content: "d-rs_b" },
      { type: "message", content: [{ text: "hi" }] },
    ],
  });
});

describe("a reply that passes", () => {
  test("says its model, its counts and how it ended", () => {
    const reply = {
      object: "response",
      status: "incomplete",
      model: "m",
      output: [],
      error: null,
      incomplete_details: { reason: "max_output_tokens" },
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    };
    expect(passing?.readReply(reply, WALL_NOW)).toMatchObject({
      model: "m",
      rawFinishReason: "max_output_tokens",
      usage: { promptTokens: 3, completionTokens: 2 },
    });
  });

  test("is none where it failed, or is of another dialect", () => {
    const failed = {
      object: "response",
      status: "failed",
      output: [],
      error: { code: "rate_limit_exceeded", message: "Slow down" },
    };
    expect(passing?.readReply(failed, WALL_NOW)).toMatchObject({ kind: "rate_limit" });
    expect(passing?.readReply({ choices: [] }, WALL_NOW)).toMatchObject({ kind: "protocol" });
  });

  test("is one that is made in the background, which the client asks for later", () => {
    const queued = {
      id: "resp_1",
      object: "response",
      status: "queued",
      output: [],
      error: null,
      usage: null,
      model: "m",
    };
    expect(passing?.readReply(queued, WALL_NOW)).toEqual({
      model: "m",
      rawFinishReason: "queued",
      responseId: "resp_1",
    });
  });
});
