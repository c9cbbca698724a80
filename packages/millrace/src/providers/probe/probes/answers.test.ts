import { expect, test } from "vitest";
import type { JsonObject } from "../../../model/json.ts";
import type { Verdict } from "../finding.ts";
import type { Probe, Subject } from "../probe.ts";
import type { Reply } from "../question.ts";
import { answer, chunk, events, reply, USAGE } from "../testing/wire.ts";
import { chat } from "./chat.ts";
import { developerRole } from "./developer-role.ts";
import { embeddings } from "./embeddings.ts";
import { errors } from "./errors.ts";
import { jsonSchema } from "./json-schema.ts";
import { reasoning } from "./reasoning.ts";
import { streamedTools } from "./streamed-tools.ts";
import { tokenLimit } from "./token-limit.ts";
import { tools } from "./tools.ts";

const SUBJECT: Subject = { profile: "openai-compatible", model: "m", embeddingsModel: "e", heard: [] };

const whole = (json: JsonObject): Reply => reply({ json });
const failed = (status: number, json: JsonObject): Reply => reply({ status, json, text: JSON.stringify(json) });
const stream = (chunks: readonly JsonObject[], more: Partial<Reply> = {}): Reply =>
  reply({ body: { stream: true }, text: events(chunks), ...more });
const calls = (...tool_calls: readonly JsonObject[]): JsonObject => ({ content: null, tool_calls });
const call = (more: JsonObject = {}): JsonObject => ({
  id: "call_1",
  type: "function",
  function: { name: "get_weather", arguments: "{}" },
  ...more,
});
const delta = (more: JsonObject): JsonObject => chunk({ tool_calls: [{ index: 0, ...more }] });
const OVER = { ...USAGE, completion_tokens: 200 };
const BAD_REQUEST = failed(400, { error: { message: "not supported", type: "invalid_request_error" } });
const RATE_LIMIT = failed(429, { error: { message: "slow down", type: "rate_limit_error" } });

interface Case {
  readonly what: string;
  readonly probe: Probe;
  readonly replies: readonly Reply[];
  readonly verdict: Verdict;
  readonly facts?: JsonObject;
  readonly departs?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: "max_tokens that stops the answer",
    probe: chat,
    replies: [whole(answer({ content: "1 2" }, "length", { usage: USAGE }))],
    verdict: "yes",
    facts: { max_tokens: "obeyed" },
    departs: [],
  },
  {
    what: "more tokens than max_tokens",
    probe: chat,
    replies: [whole(answer({ content: "1 2" }, "length", { usage: OVER }))],
    verdict: "yes",
    facts: { max_tokens: "ignored" },
    departs: ["max_tokens is ignored"],
  },
  {
    what: "an answer that stopped by itself",
    probe: chat,
    replies: [whole(answer({ content: "no" }, "stop", { usage: USAGE }))],
    verdict: "yes",
    facts: { max_tokens: "unknown" },
    departs: [],
  },
  { what: "an answer that is none", probe: chat, replies: [whole({ ok: true })], verdict: "no" },
  { what: "a rate limit", probe: chat, replies: [RATE_LIMIT], verdict: "unknown" },
  {
    what: "max_completion_tokens that stops the stream",
    probe: tokenLimit,
    replies: [stream([chunk({ content: "1" }), chunk({}, "length")])],
    verdict: "yes",
    departs: [],
  },
  {
    what: "a stream that went on past max_completion_tokens and was left",
    probe: tokenLimit,
    replies: [stream([chunk({ content: "1" })], { left: true })],
    verdict: "no",
    departs: ["max_completion_tokens is ignored without a word"],
  },
  {
    what: "a refused max_completion_tokens",
    probe: tokenLimit,
    replies: [BAD_REQUEST],
    verdict: "no",
    departs: ["max_completion_tokens is refused"],
  },
  {
    what: "a short answer below max_completion_tokens",
    probe: tokenLimit,
    replies: [stream([chunk({}, "stop")])],
    verdict: "unknown",
  },
  {
    what: "a refused developer role",
    probe: developerRole,
    replies: [BAD_REQUEST],
    verdict: "no",
    departs: ["the developer role is refused"],
  },
  {
    what: "an accepted developer role",
    probe: developerRole,
    replies: [whole(answer({ content: "Hi" }))],
    verdict: "yes",
  },
  {
    what: "two forced calls",
    probe: tools,
    replies: [whole(answer(calls(call(), call({ id: "call_2" })), "tool_calls"))],
    verdict: "yes",
    facts: { parallel: "seen" },
    departs: [],
  },
  {
    what: "calls with one id, arguments that are no text, and another finish_reason",
    probe: tools,
    replies: [whole(answer(calls(call({ function: { name: "f", arguments: {} } }), call()), "stop"))],
    verdict: "yes",
    departs: ["tool calls share an id", "tool arguments are no text", "the finish_reason beside tool calls is stop"],
  },
  {
    what: "words where a call was forced",
    probe: tools,
    replies: [whole(answer({ content: "Sunny." }))],
    verdict: "no",
    departs: ['tool_choice "required" is ignored'],
  },
  {
    what: "an answer cut before a call",
    probe: tools,
    replies: [whole(answer({ content: "Well" }, "length"))],
    verdict: "unknown",
  },
  {
    what: "a call in increments, by the name that was forced",
    probe: streamedTools,
    replies: [
      stream([
        delta({ id: "a", function: { name: "get_time", arguments: "{" } }),
        delta({ function: { arguments: "}" } }),
        chunk({}, "tool_calls"),
      ]),
    ],
    verdict: "yes",
    facts: { form: "in increments", named_choice: "obeyed" },
    departs: [],
  },
  {
    what: "a name that is repeated, beside an empty id",
    probe: streamedTools,
    replies: [
      stream([
        delta({ id: "a", function: { name: "get_time", arguments: "{" } }),
        delta({ id: "", function: { name: "get_time", arguments: "}" } }),
      ]),
    ],
    verdict: "yes",
    departs: ["the tool's name is repeated in later pieces", "later pieces have an empty id"],
  },
  {
    what: "no call in a stream",
    probe: streamedTools,
    replies: [stream([chunk({ content: "Sunny" }), chunk({}, "stop")])],
    verdict: "no",
    departs: ["a tool_choice that names a tool is ignored"],
  },
  {
    what: "an object of the schema",
    probe: jsonSchema,
    replies: [whole(answer({ content: '{"zq_word":"red","zq_number":3}' }))],
    verdict: "yes",
  },
  {
    what: "an object with one field too many",
    probe: jsonSchema,
    replies: [whole(answer({ content: '{"zq_word":"red","zq_number":3,"more":1}' }))],
    verdict: "no",
    departs: ["json_schema is accepted and ignored"],
  },
  {
    what: "an object that was cut",
    probe: jsonSchema,
    replies: [whole(answer({ content: '{"zq_' }, "length"))],
    verdict: "unknown",
  },
  { what: "a refused schema", probe: jsonSchema, replies: [BAD_REQUEST], verdict: "no", departs: [] },
  {
    what: "embeddings that are switched off",
    probe: embeddings,
    replies: [failed(501, { error: { message: "off" } })],
    verdict: "no",
  },
  {
    what: "errors of the standard form",
    probe: errors,
    replies: [
      failed(404, { error: { message: "no such model", code: "model_not_found" } }),
      BAD_REQUEST,
      failed(404, { detail: "Not Found" }),
    ],
    verdict: "yes",
    departs: [],
  },
  {
    what: "a server error for a request that makes no sense",
    probe: errors,
    replies: [
      failed(404, { error: "no such model" }),
      failed(500, { error: { message: "oops" } }),
      failed(404, { detail: "Not Found" }),
    ],
    verdict: "partly",
    departs: ["a request that makes no sense is a server error (500)", "errors come as an error text"],
  },
];

test.each(CASES)("$what: $verdict", ({ probe, replies, verdict, facts = {}, departs }) => {
  const judgement = probe.judge(SUBJECT, replies);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.facts).toMatchObject(facts);
  if (departs !== undefined) expect(judgement.departures.map(({ what }) => what)).toEqual(departs);
});

test("reasoning is looked for in everything that was heard, and never claimed", () => {
  const heard = (...replies: readonly Reply[]): Verdict => reasoning.judge({ ...SUBJECT, heard: replies }, []).verdict;
  expect(heard(whole(answer({ content: "1" })))).toBe("unknown");
  expect(heard(stream([chunk({ reasoning_content: "Hm" })]))).toBe("yes");
  expect(heard(whole(answer({ content: "<think>Hm</think>1" })))).toBe("partly");
  const both = { ...SUBJECT, heard: [whole(answer({ reasoning: "Hm", reasoning_content: "Hm" }))] };
  expect(reasoning.judge(both, []).departures).toHaveLength(1);
});

test("vectors are asked for in other forms only where there are any", () => {
  expect(embeddings.ask(SUBJECT, [])).toMatchObject({ body: { model: "e", encoding_format: "float" } });
  expect(embeddings.ask(SUBJECT, [BAD_REQUEST])).toBeUndefined();
  const vector = whole({ data: [{ index: 0, embedding: [1, 2] }] });
  expect(embeddings.ask(SUBJECT, [vector])).toMatchObject({ body: { encoding_format: "base64" } });
});
