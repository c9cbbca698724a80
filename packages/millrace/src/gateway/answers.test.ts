import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { DONE_EVENT, event } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../model/json.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import type { TestGateway } from "./testing/test-gateway.ts";
import { testGateway } from "./testing/test-gateway.ts";

const upstreams: ScriptedUpstream[] = [];
const providers: HttpProvider[] = [];

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

/** Servers whose streams pass as they are, and those whose streams are mended. */
const PROFILES = ["llama.cpp", "openai-compatible"] as const;

async function gatewayOver(
  script: Script,
  profile: string,
  apiKey?: string,
): Promise<TestGateway & { upstream: ScriptedUpstream }> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  const provider = new HttpProvider({
    name: "desk",
    profile,
    baseUrl: upstream.url,
    ...(apiKey !== undefined && { apiKey }),
  });
  providers.push(provider);
  return { upstream, ...testGateway(new FakeClock(), [provider]) };
}

function delta(fields: object, finish: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta: fields, finish_reason: finish }];
  return event({ id: "c1", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more });
}

const streaming = { model: "desk/m", stream: true, messages: [{ role: "user", content: "hi" }] };
const whole = { ...streaming, stream: false };

/** The chunks of a stream, without its terminal sign. */
function chunksIn(text: string): JsonObject[] {
  const lines = text.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)) as JsonObject);
}

function choicesIn(text: string): { delta?: JsonObject; finish_reason?: string | null }[] {
  return chunksIn(text).flatMap(({ choices }) => choices as { delta?: JsonObject; finish_reason?: string | null }[]);
}

describe.each(PROFILES)("over %s", (profile) => {
  test("an error in mid-stream names the provider, and a key that it quotes is blotted out", async () => {
    const error = { message: "the key sk-very-secret is over its limit", code: 429 };
    const script: Script = (exchange) => exchange.stream([delta({ content: "Hel" }), event({ error })]);
    const { call, records } = await gatewayOver(script, profile, "sk-very-secret");
    const told = (await call({ body: streaming })).text + JSON.stringify(records);
    expect(told).toMatch(/desk: the key \S+ is over its limit/u);
    expect(told).not.toContain("sk-very-secret");
  });

  test.each(["stop", "length", "content_filter"])(
    "N7, S8: an answer ends for the reason it had: %s",
    async (reason) => {
      const script: Script = (exchange) => exchange.stream([delta({ content: "Hel" }), delta({}, reason), DONE_EVENT]);
      const { call } = await gatewayOver(script, profile);
      const reasons = choicesIn((await call({ body: streaming })).text).map((choice) => choice.finish_reason ?? null);
      expect(reasons.filter((given) => given !== null)).toEqual([reason]);
      expect((await call({ body: whole })).json).toMatchObject({ choices: [{ finish_reason: reason }] });
    },
  );

  test("S7, S8: tool calls are tool calls in OpenAI's shape, never text, and end as such", async () => {
    const call0 = { index: 0, id: "x", type: "function", function: { name: "f", arguments: '{"a":1}' } };
    const script: Script = (exchange) =>
      exchange.stream([delta({ role: "assistant", tool_calls: [call0] }), delta({}, "tool_calls"), DONE_EVENT]);
    const { call } = await gatewayOver(script, profile);
    const choices = choicesIn((await call({ body: streaming })).text);
    const fragments = choices.flatMap((choice) => (choice.delta?.["tool_calls"] ?? []) as unknown as (typeof call0)[]);
    expect(fragments[0]).toMatchObject({ index: 0, id: "x", type: "function", function: { name: "f" } });
    expect(fragments.map((fragment) => fragment.function.arguments ?? "").join("")).toBe('{"a":1}');
    expect(choices.some(({ delta: { content } = {} }) => typeof content === "string" && content !== "")).toBe(false);
    expect(choices.at(-1)?.finish_reason).toBe("tool_calls");
    const { index: _index, ...wholeCall } = call0;
    expect((await call({ body: whole })).json).toMatchObject({
      choices: [{ message: { tool_calls: [wholeCall] }, finish_reason: "tool_calls" }],
    });
  });

  test("S6: a stream's token counts are asked for and on the record, whether the client wants them or not", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const { call, records, upstream } = await gatewayOver(
      (exchange) =>
        exchange.stream([
          ...["a", "b", "c"].map((content) => delta({ content })),
          delta({}, "stop"),
          event({ id: "c1", choices: [], usage }),
          DONE_EVENT,
        ]),
      profile,
    );
    await call({ body: streaming });
    await call({ body: { ...streaming, stream_options: { include_usage: true } } });
    for (const { request } of upstream.exchanges) {
      expect(request.json()).toMatchObject({ stream_options: { include_usage: true } });
    }
    const counts = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };
    expect(records).toMatchObject([{ usage: counts }, { usage: counts }]);
  });

  test("S8: a failure after content is no `stop` and no [DONE]", async () => {
    const { call, records } = await gatewayOver(
      (exchange) =>
        exchange.stream([delta({ content: "Hel" }), event({ error: { message: "boom", code: 500 } }), DONE_EVENT]),
      profile,
    );
    const { text } = await call({ body: streaming });
    expect(text).not.toMatch(/"stop"|\[DONE\]/u);
    expect(chunksIn(text).at(-1)).toMatchObject({ error: { message: expect.stringContaining("boom") } });
    expect(records).toMatchObject([{ outcome: "failed" }]);
  });

  test.each([
    [400, { message: "temperature must be at most 2", code: "invalid_value" }, 400, "bad_request"],
    [404, { message: "no such model", code: "model_not_found" }, 404, "model_not_found"],
    [429, { message: "slow down", code: "rate_limit_exceeded" }, 429, "rate_limit"],
    [503, { message: "no slot", code: 503 }, 503, "overloaded"],
  ])("N1: a server's %i reaches the client with what the server said", async (status, error, told, code) => {
    const { call } = await gatewayOver(
      (exchange) => exchange.json({ error }, status, { "x-request-id": "up-1" }),
      profile,
    );
    for (const body of [streaming, whole]) {
      const client = await call({ body });
      expect(client.status).toBe(told);
      expect(client.headers["x-request-id"]).toBe("up-1");
      expect(client.json).toMatchObject({
        error: { code, message: expect.stringContaining(error.message), upstream: { status, code: error.code } },
      });
    }
  });
});
