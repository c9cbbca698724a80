import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { DONE_EVENT, event } from "../conformance/scripted-upstream/reply-bytes.ts";
import type { Script, ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../model/json.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import { testGateway, type TestGateway } from "./testing/test-gateway.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const HOUR_MS = 60 * 60 * 1000;
/** openai/openai-openapi#541 and later ones, in the words of that service. */
const NO_TOOLS =
  "Function tools with reasoning_effort are not supported for gpt-5.6 in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.";
/** n8n-io/n8n#18352. */
const NO_MODEL = "This model is only supported in v1/responses and not in v1/chat/completions.";

const completion = { id: "c", object: "chat.completion", created: 1, model: "m" };
const chunk = (delta: JsonObject, finish: string | null = null): string =>
  event({ ...completion, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] });
const output = [
  {
    type: "message",
    id: "msg_1",
    role: "assistant",
    content: [{ type: "output_text", text: "Hello", annotations: [] }],
  },
];
const response = { id: "resp_1", object: "response", created_at: 1, model: "m", status: "completed", output };

const RESPONSE_EVENTS = [
  event({ type: "response.created", sequence_number: 0, response: { ...response, status: "in_progress", output: [] } }),
  event({ type: "response.completed", sequence_number: 1, response }),
];

interface Setting {
  readonly profile?: string;
  /** Says why the server refuses this chat request, where it does. */
  readonly refuses?: (body: JsonObject) => { readonly status: number; readonly message: string } | undefined;
  /** Why it refuses every Responses request, where it does. */
  readonly refusesResponses?: string;
}

/** A gateway in front of OpenAI's API, and the paths that it was asked at. */
async function inFront({ profile = "openai", refuses = () => undefined, refusesResponses }: Setting = {}): Promise<
  TestGateway & { readonly upstream: ScriptedUpstream; readonly clock: FakeClock; readonly paths: () => string[] }
> {
  const script: Script = (exchange) => {
    const body = exchange.request.json() as JsonObject;
    const isResponses = exchange.request.path.endsWith("/responses");
    const refused = isResponses ? refusesResponses && { status: 400, message: refusesResponses } : refuses(body);
    if (refused) {
      const error = { message: refused.message, type: "invalid_request_error", param: "model", code: null };
      return exchange.json({ error }, refused.status);
    }
    if (isResponses) return body["stream"] === true ? exchange.stream(RESPONSE_EVENTS) : exchange.json(response);
    if (body["stream"] === true) return exchange.stream([chunk({ content: "Hello" }), chunk({}, "stop"), DONE_EVENT]);
    const message = { role: "assistant", content: "Hello" };
    return exchange.json({ ...completion, choices: [{ index: 0, message, finish_reason: "stop" }] });
  };
  const upstream = await createScriptedUpstream(script);
  const clock = new FakeClock();
  const provider = new HttpProvider({ name: "cloud", profile, baseUrl: upstream.url, apiKey: "sk-secret", clock });
  opened.push(provider, upstream);
  const paths = (): string[] => upstream.exchanges.map(({ request }) => request.path.replace(/^.*\/v1/, ""));
  return { upstream, clock, paths, ...testGateway(clock, [provider]) };
}

const messages = [{ role: "user", content: "hi" }];
const parameters = { type: "object", properties: {} };
const chatTools = [{ type: "function", function: { name: "f", parameters } }];
const chat = (body: JsonObject): { path: string; body: JsonObject } => ({
  path: "/v1/chat/completions",
  body: { model: "cloud/gpt-5.6", messages, ...body },
});

describe.each(["openai", "azure-openai"])("%s", (profile) => {
  const toMessages = (model: string): { path: string; body: JsonObject } => ({
    path: "/v1/messages",
    body: { model: `cloud/${model}`, max_tokens: 50, messages, tools: [{ name: "f", input_schema: parameters }] },
  });

  test("a Responses client's bytes pass, a chat client's too", async () => {
    const { call, paths, records, upstream } = await inFront({ profile });
    const asked = { model: "cloud/gpt-4.1", input: "hi", tools: [{ type: "web_search" }], truncation: "auto" };
    expect((await call({ path: "/v1/responses", body: asked })).status).toBe(200);
    expect((await call(chat({ model: "cloud/gpt-4.1" }))).status).toBe(200);
    expect(paths()).toEqual(["/responses", "/chat/completions"]);
    expect(upstream.exchanges[0]?.request.json()).toEqual({ ...asked, model: "gpt-4.1" });
    expect(records.map(({ changes }) => changes.length)).toEqual([0, 0]);
  });

  test.each([
    ["gpt-5.6", "/responses"],
    ["o3-mini", "/responses"],
    ["gpt-5-chat-latest", "/chat/completions"],
    ["gpt-4.1", "/chat/completions"],
  ])("%s is asked for a client of another dialect at %s", async (model, path) => {
    const { call, paths } = await inFront({ profile });
    expect((await call(toMessages(model))).text).toContain("Hello");
    expect(paths()).toEqual([path]);
  });
});

describe("a chat request that the service takes only as a Responses request", () => {
  const refusesTools = ({ tools, reasoning_effort }: JsonObject): { status: number; message: string } | undefined =>
    tools !== undefined && reasoning_effort !== "none" ? { status: 400, message: NO_TOOLS } : undefined;

  test.each([
    ["whole", false, /"content":"Hello"/],
    ["streamed", true, /"content":"Hello"[^]*data: \[DONE\]\n\n$/],
  ])("is sent as one, and answered in the client's dialect: %s", async (_form, stream, answer) => {
    const { call, paths, records, upstream } = await inFront({ refuses: refusesTools });
    const client = await call(chat({ tools: chatTools, stream, reasoning_effort: "high" }));
    expect(client.status).toBe(200);
    expect(client.text).toMatch(answer);
    expect(client.headers["x-millrace-changes"]).toContain("tools replaced");
    expect(paths()).toEqual(["/chat/completions", "/responses"]);
    expect(upstream.exchanges[1]?.request.json()).toMatchObject({
      model: "gpt-5.6",
      reasoning: { effort: "high" },
      tools: [{ type: "function", name: "f" }],
    });
    expect(records[0]).toMatchObject({ outcome: "completed", attempts: [{ outcome: "answered" }] });
  });

  test("so are later ones at once, for an hour; those without tools, or without reasoning, pass", async () => {
    const { call, clock, paths } = await inFront({ refuses: refusesTools });
    await call(chat({ tools: chatTools }));
    await call(chat({ tools: chatTools }));
    await call(chat({}));
    await call(chat({ tools: chatTools, reasoning_effort: "none" }));
    expect(paths().slice(2)).toEqual(["/responses", "/chat/completions", "/chat/completions"]);
    clock.advance(HOUR_MS);
    await call(chat({ tools: chatTools }));
    expect(paths().slice(5)).toEqual(["/chat/completions", "/responses"]);
  });

  test.each([
    ["had only there", NO_MODEL],
    ["no chat model", "This is not a chat model and thus not supported in the v1/chat/completions endpoint."],
  ])("also without tools, where the model is %s", async (_what, message) => {
    const { call, paths } = await inFront({ refuses: () => ({ status: 404, message }) });
    expect((await call(chat({}))).status).toBe(200);
    expect((await call(chat({}))).status).toBe(200);
    expect(paths()).toEqual(["/chat/completions", "/responses", "/responses"]);
  });

  test("any other refusal is the client's", async () => {
    const { call, paths } = await inFront({ refuses: () => ({ status: 400, message: "Invalid schema for f" }) });
    expect((await call(chat({ tools: chatTools }))).status).toBe(400);
    expect(paths()).toEqual(["/chat/completions"]);
  });

  test("what it then refuses is the client's too, and nothing is learned", async () => {
    const { call, paths } = await inFront({ refuses: refusesTools, refusesResponses: "Invalid schema for f" });
    const client = await call(chat({ tools: chatTools }));
    expect(client.status).toBe(400);
    expect(client.text).toContain("Invalid schema for f");
    await call(chat({ tools: chatTools }));
    expect(paths()).toEqual(["/chat/completions", "/responses", "/chat/completions", "/responses"]);
  });
});
