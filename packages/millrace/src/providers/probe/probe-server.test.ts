import { afterEach, expect, test } from "vitest";
import type { UpstreamExchange } from "../../conformance/scripted-upstream/exchange.ts";
import { head, wholeReply } from "../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../../model/json.ts";
import { systemClock } from "../transport/system-clock.ts";
import type { Transport } from "../transport/transport.ts";
import { createHttpTransport } from "../transport/http-transport.ts";
import type { ProbeReport } from "./finding.ts";
import { probeServer, type ProbeOptions } from "./probe-server.ts";
import { serverAddress } from "./server-address.ts";
import { llamaServer, ollamaLike, quirky, server, vllmLike } from "./testing/servers.ts";

let upstream: ScriptedUpstream;
let transport: Transport;
afterEach(async () => {
  await transport.close();
  await upstream.close();
});

type Serve = (exchange: UpstreamExchange) => void | Promise<void>;

async function probe(serve: Serve, options: Partial<ProbeOptions> = {}, path = ""): Promise<ProbeReport> {
  upstream = await createScriptedUpstream(serve);
  transport = createHttpTransport({ clock: systemClock });
  return probeServer({ address: serverAddress(upstream.url + path), transport, clock: systemClock, ...options });
}

function verdicts({ findings }: ProbeReport): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ name, verdict }) => [name, verdict]));
}

function facts({ findings }: ProbeReport, feature: string): JsonObject {
  return findings.find(({ name }) => name === feature)?.facts ?? {};
}

function departures({ findings }: ProbeReport): readonly string[] {
  return findings.flatMap((finding) => finding.departures.map(({ what }) => what));
}

test("a recorded llama-server is told with its version, its context length and what it does", async () => {
  const report = await probe(llamaServer());
  expect(report).toMatchObject({
    baseUrl: `${upstream.url}/v1`,
    forms: { withVersion: true, withoutVersion: true },
    identity: { kind: "llama.cpp (llama-server)", version: "b1-de3ff81", profile: "llama.cpp" },
    auth: { needed: "no", sent: false },
    models: [{ id: "tiny", state: "ready", contextLength: 2048, contextLengthFrom: "meta.n_ctx" }],
  });
  const { cancellation: _timed, ...untimed } = verdicts(report);
  expect(untimed).toEqual({
    chat: "yes",
    streaming: "yes",
    "usage in streams": "yes",
    max_completion_tokens: "yes",
    "developer role": "yes",
    tools: "yes",
    "tools in streams": "yes",
    "JSON schema": "yes",
    reasoning: "unknown",
    embeddings: "yes",
    errors: "partly",
  });
  expect(facts(report, "streaming")).toMatchObject({
    line_ends: "LF",
    done: true,
    finish: "in its own chunk",
    comments: 0,
  });
  expect(facts(report, "tools in streams")).toMatchObject({ form: "in increments", named_choice: "ignored" });
  expect(facts(report, "embeddings")).toMatchObject({ width: 256, base64: "honoured", dimensions: "ignored" });
  expect(departures(report)).toContain("an unknown model is accepted and answered by tiny");
});

test("llama-server's slots are looked at before, and again after leaving until they are idle", async () => {
  let looks = 0;
  const report = await probe(llamaServer(() => (looks += 1) === 2 || looks === 3));
  const paths = upstream.exchanges.map(({ request }) => request.path);
  expect(paths.filter((path) => path === "/slots")).toHaveLength(4);
  const cut = upstream.exchanges.find(({ request }) => request.body.includes("ignore_eos"));
  // Resolves because the probe hung up: the script itself never ends.
  await cut?.closed;
  expect(verdicts(report)["cancellation"]).not.toBe("no");
});

test("a llama-server that is at work for others is not asked whether it stops", async () => {
  const report = await probe(llamaServer(() => true));
  expect(verdicts(report)["cancellation"]).toBe("unknown");
  expect(upstream.exchanges.some(({ request }) => request.body.includes("ignore_eos"))).toBe(false);
});

test("an Ollama is told by its greeting, and asked how much context each model has", async () => {
  const report = await probe(ollamaLike);
  expect(report.identity).toEqual({ kind: "Ollama", version: "0.20.1", profile: "ollama" });
  expect(report.models).toEqual([
    {
      id: "qwen3:8b",
      state: "unloaded",
      contextLength: 40_960,
      contextLengthFrom: "/api/show model_info.*.context_length",
    },
  ]);
  expect(report.forms).toEqual({ withVersion: true, withoutVersion: false });
  expect(facts(report, "max_completion_tokens")).toEqual({ max_completion_tokens: "ignored" });
  expect(facts(report, "tools in streams")).toMatchObject({ form: "whole", named_choice: "ignored" });
  expect(facts(report, "reasoning")).toMatchObject({ fields: ["reasoning"] });
  expect(verdicts(report)["cancellation"]).toBe("unknown");
});

test("a vLLM is told by its list", async () => {
  const report = await probe(vllmLike);
  expect(report.identity).toEqual({ kind: "vLLM", version: "0.21.0", profile: "vllm" });
  expect(report.models).toMatchObject([{ contextLength: 32_768, contextLengthFrom: "max_model_len" }]);
  expect(facts(report, "embeddings")).toMatchObject({ base64: "ignored", dimensions: "refused" });
  expect(facts(report, "errors")).toMatchObject({ wrong_path: { status: 404, shape: "detail" } });
});

test("what a quirky server does is listed with what it means", async () => {
  const report = await probe(quirky);
  expect(report.identity.profile).toBe("openai-compatible");
  expect(departures(report)).toEqual([
    "a reply has no usage",
    "a stream ends without [DONE]",
    "lines end with CRLF",
    "stream_options is refused",
    "tool calls have no id",
    "tool arguments are no text",
    "streamed tool calls have no id",
    "streamed tool calls have no index",
    "json_schema is accepted and ignored",
    "an unknown model is accepted and answered by odd",
    "errors come as detail",
  ]);
  expect(report.spending).toMatchObject({ promptTokens: 0, completionTokens: 0 });
  expect(report.spending.untold).toBeGreaterThan(0);
});

test("every request limits what may be generated, and the sum is that of all usage told", async () => {
  const report = await probe(vllmLike);
  const chats = upstream.exchanges.filter(({ request }) => request.path.endsWith("/chat/completions"));
  const limits = chats
    .map(({ request }) => request.json() as JsonObject)
    .map((body) => Number(body["max_tokens"] ?? body["max_completion_tokens"]));
  expect(limits.filter((limit) => !(limit <= 96))).toEqual([]);
  expect(report.spending.requests).toBe(upstream.exchanges.length);
  // Seven chat answers and one vector tell; the plain stream, which was not asked to, does not.
  expect(report.spending).toMatchObject({ completionTokens: 7 * 12, untold: 1 });
});

test("a server whose routes stand without /v1 is found there", async () => {
  const report = await probe(server({ model: "m", get: { "/models": { object: "list", data: [{ id: "m" }] } } }));
  expect(report).toMatchObject({ baseUrl: upstream.url, forms: { withVersion: false, withoutVersion: true } });
});

test("the key goes with every request but the one that asks whether it is needed", async () => {
  const report = await probe(
    (exchange) =>
      exchange.request.headers["authorization"] === "Bearer secret-1"
        ? vllmLike(exchange)
        : exchange.json({ error: "Unauthorized" }, 401),
    { apiKey: "secret-1" },
  );
  expect(report.auth).toEqual({ needed: "yes", sent: true });
  expect(report.identity.profile).toBe("vllm");
  expect(upstream.exchanges.filter(({ request }) => request.headers["authorization"] === undefined)).toHaveLength(1);
});

test("a server whose list is open and whose answers want a key is not asked further without one", async () => {
  const report = await probe((exchange) =>
    exchange.request.method === "GET" ? vllmLike(exchange) : exchange.json({ error: "Unauthorized" }, 401),
  );
  expect(report).toMatchObject({ auth: { needed: "yes", sent: false }, findings: [] });
  expect(report.problem).toContain("--key-variable");
});

test("where max_tokens is refused, every question is asked with the newer field", async () => {
  const refusal = { error: { message: "Unsupported parameter: 'max_tokens' is not supported", param: "max_tokens" } };
  const report = await probe((exchange) =>
    exchange.request.body.includes('"max_tokens"') ? exchange.json(refusal, 400) : vllmLike(exchange),
  );
  expect(facts(report, "chat")).toMatchObject({ max_tokens: "refused" });
  expect(verdicts(report)).toMatchObject({ streaming: "yes", tools: "yes", "JSON schema": "yes" });
  const older = upstream.exchanges.filter(({ request }) => request.body.includes('"max_tokens"'));
  // The first question, and the one that asks whether a key is needed.
  expect(older).toHaveLength(2);
});

test("a key that a server repeats in its error is not in the report", async () => {
  const report = await probe((exchange) => exchange.json({ error: { message: "bad key secret-1" } }, 401), {
    apiKey: "secret-1",
  });
  expect(report.problem).toContain("It refuses the key");
  expect(JSON.stringify(report)).not.toContain("secret-1");
});

const HTML = "<!doctype html><html><head><title>Router login</title></head></html>";
const UNFIT: readonly { readonly what: string; readonly serve: Serve; readonly says: string }[] = [
  { what: "a web page", serve: (exchange) => exchange.send(wholeReply(200, HTML)), says: "a web page (Router login)" },
  {
    what: "a missing page",
    serve: (exchange) => exchange.send(wholeReply(404, HTML)),
    says: "a web page (Router login)",
  },
  {
    what: "a redirect to another origin",
    serve: (exchange) => exchange.send(head(302, { location: "http://127.0.0.2:9/v1/models", "content-length": "0" })),
    says: "redirects to http://127.0.0.2:9/v1/models",
  },
  { what: "a refusal", serve: (exchange) => exchange.json({ error: "Unauthorized" }, 401), says: "--key-variable" },
  {
    what: "a server that is loading",
    serve: (exchange) =>
      exchange.json({ error: { message: "Loading model", code: 503 } }, 503, { server: "llama.cpp" }),
    says: "It is loading its model",
  },
  {
    what: "a list of no models",
    serve: (exchange) => exchange.json({ object: "list", data: [] }),
    says: "lists no model",
  },
  { what: "another protocol", serve: (exchange) => exchange.send("SSH-2.0-OpenSSH_9\r\n\r\n"), says: "valid HTTP" },
  { what: "a reset", serve: (exchange) => exchange.reset(), says: "could not be reached" },
];

test.each(UNFIT)("$what is a problem, and nothing is asked to generate", async ({ serve, says }) => {
  const report = await probe(serve);
  expect(report.problem).toContain(says);
  expect(report.findings).toEqual([]);
  const generating = upstream.exchanges.filter(({ request }) => request.body.includes('"role"'));
  expect(generating).toEqual([]);
});

test("a reply without an end is left", async () => {
  const report = await probe(async (exchange) => {
    await exchange.send("HTTP/1.1 200 OK\r\n\r\n");
    // Ends when the probe hangs up, and only then.
    while (!exchange.isClosed) await exchange.send("x".repeat(64 * 1024));
  });
  expect(report.problem).toContain("gives no list of models");
});

test("a server that goes away in between is not asked further", async () => {
  const asked = new Set<string>();
  const report = await probe((exchange) => {
    const { body } = exchange.request;
    if (!body.includes('"role"')) return vllmLike(exchange);
    // The same one may come again, on a fresh connection.
    asked.add(body);
    return exchange.reset();
  });
  expect(asked.size).toBe(1);
  expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(["unknown"]));
});

test("a cancelled probe rejects and leaves nothing open", async () => {
  const stop = new AbortController();
  const probing = probe(() => stop.abort(new Error("enough")), { signal: stop.signal });
  await expect(probing).rejects.toThrow("enough");
});
