import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { wholeReply } from "../../packages/millrace/src/conformance/scripted-upstream/reply-bytes.ts";
import { llamaServer, quirky, vllmLike } from "../../packages/millrace/src/providers/probe/testing/servers.ts";
import { startMillrace } from "../harness/millrace-process.ts";

const MAIN = new URL("../../packages/millrace/dist/server/cli/main.js", import.meta.url).pathname;

let upstream: ScriptedUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user would. */
async function millrace(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    // Nothing of this machine's own keys may reach the test.
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

test("probe prints a table, what differs and what it cost; host:port is enough", async () => {
  upstream = await createScriptedUpstream(llamaServer());
  const { code, stdout, stderr } = await millrace(["probe", `127.0.0.1:${upstream.port}`]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^server +llama\.cpp \(llama-server\), version b1-de3ff81$/m);
  expect(stdout).toMatch(/^base URL +http:\/\/127\.0\.0\.1:\d+\/v1, and without \/v1$/m);
  expect(stdout).toMatch(/^tiny +ready +2048 \(meta\.n_ctx\)$/m);
  expect(stdout).toMatch(/^streaming +yes +LF line ends, finish in its own chunk, \[DONE\]$/m);
  expect(stdout).toContain("- embeddings: dimensions is ignored\n  → vectors are wider than a store may expect");
  expect(stdout).toMatch(
    /^\d+ requests of tiny; at least \d+ tokens \(\d+ read, \d+ made\): 1 answer did not tell\.$/m,
  );
});

test("probe --json prints the whole finding as data", async () => {
  upstream = await createScriptedUpstream(quirky);
  const { code, stdout } = await millrace(["probe", upstream.url, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    base_url: `${upstream.url}/v1`,
    profile: "openai-compatible",
    models: [{ id: "odd", state: "unknown" }],
    features: {
      streaming: { verdict: "yes", done: false, line_ends: "CRLF" },
      usage_in_streams: { verdict: "no", stream_options: "refused" },
      cancellation: { verdict: "unknown" },
    },
    spent: { requests: upstream.exchanges.length, answers_that_did_not_tell: 8 },
  });
});

test("what probe --yaml prints passes check, its key a reference to the variable", async () => {
  upstream = await createScriptedUpstream((exchange) =>
    exchange.request.headers["authorization"] === "Bearer secret-1"
      ? vllmLike(exchange)
      : exchange.json({ error: "Unauthorized" }, 401),
  );
  const env = { SOME_KEY: "secret-1" };
  const { code, stdout } = await millrace(["probe", upstream.url, "--yaml", "--key-variable", "SOME_KEY"], env);
  expect(code).toBe(0);
  expect(stdout).not.toContain("secret-1");
  const folder = await mkdtemp(join(tmpdir(), "millrace-probe-"));
  try {
    const file = join(folder, "millrace.yaml");
    await writeFile(file, stdout);
    const checked = await millrace(["check", "--config", file, "--json"], env);
    expect(checked.stderr).toBe("");
    expect(JSON.parse(checked.stdout)).toMatchObject({
      providers: [{ name: "vllm", profile: "vllm", base_url: `${upstream.url}/v1`, has_key: true }],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("--model says which model is asked", async () => {
  upstream = await createScriptedUpstream(vllmLike);
  const { code } = await millrace(["probe", upstream.url, "--json", "--model", "Qwen/Other"]);
  expect(code).toBe(0);
  expect(upstream.exchanges.some(({ request }) => request.body.includes('"model":"Qwen/Other"'))).toBe(true);
  expect(upstream.exchanges.some(({ request }) => request.body.includes('"model":"Qwen/Qwen3-8B"'))).toBe(false);
});

test("a running millrace can be probed too", async () => {
  upstream = await createScriptedUpstream(vllmLike);
  const config = `providers: { up: { profile: vllm, base_url: "${upstream.url}" } }`;
  const gateway = await startMillrace({ config });
  try {
    const { code, stdout } = await millrace(["probe", gateway.url, "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "millrace",
      models: [{ id: "up/Qwen/Qwen3-8B" }],
      features: { chat: { verdict: "yes" }, streaming: { verdict: "yes", done: true } },
    });
  } finally {
    await gateway.stop();
  }
});

test("the built-in simulator can be probed by its name", async () => {
  const { code, stdout } = await millrace(["probe", "simulator", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    profile: "simulator",
    asked: { model: "sim-chat", embeddings_model: "sim-embed" },
    features: { streaming: { verdict: "yes" }, tools: { verdict: "yes" }, embeddings: { verdict: "yes" } },
    departures: [],
  });
});

test("a port where nobody listens is said to be one", async () => {
  const vacated = createServer().listen(0, "127.0.0.1");
  await once(vacated, "listening");
  const { port } = vacated.address() as AddressInfo;
  vacated.close();
  await once(vacated, "close");
  const { code, stdout, stderr } = await millrace(["probe", `127.0.0.1:${port}`]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("Nothing listens there");
});

test("a web page is no model server", async () => {
  const page = "<!doctype html><html><head><title>Router login</title></head></html>";
  upstream = await createScriptedUpstream((exchange) =>
    exchange.send(wholeReply(200, page, { "content-type": "text/html" })),
  );
  const { code, stderr } = await millrace(["probe", upstream.url]);
  expect(code).toBe(1);
  expect(stderr).toContain("It answers with a web page (Router login)");
});

const MISUSES: readonly { readonly args: readonly string[]; readonly says: string }[] = [
  { args: [], says: "missing required args" },
  { args: ["ftp://127.0.0.1"], says: "the scheme ftp:" },
  { args: ["127.0.0.1:1", "--key-variable", "NO_SUCH_KEY"], says: "The environment has no variable NO_SUCH_KEY" },
  { args: ["127.0.0.1:1", "--json", "--yaml"], says: "not both" },
];

test.each(MISUSES)("probe $args is a mistake in the call", async ({ args, says }) => {
  const { code, stderr } = await millrace(["probe", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
