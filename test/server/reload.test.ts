import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { beginStream, deskAt, finishStream, modelServer } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

const upstreams: ScriptedUpstream[] = [];
let gateway: MillraceProcess;
let first: ScriptedUpstream;

async function upstreamWith(script: Script): Promise<ScriptedUpstream> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  return upstream;
}

beforeEach(async () => {
  first = await upstreamWith((exchange, index) =>
    exchange.request.body.includes("go on") ? beginStream(exchange) : modelServer(exchange, index),
  );
  gateway = await startMillrace({ config: `${deskAt(first.url)}models: { fast: [desk/m] }\n` });
});
afterEach(async () => {
  expect(await gateway.stop()).toBe(0);
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function statusOf(model: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
  });
  await reply.text();
  return reply.status;
}

const ready = async (): Promise<unknown> => (await fetch(`${gateway.url}/ready`)).json();

describe("a changed file", () => {
  test("is taken over by itself, and whole", async () => {
    await gateway.writeConfig(`${deskAt(first.url)}models: { quick: [desk/m] }\nkeys: [{ name: me, key: k1 }]\n`);
    await gateway.printed(/ reloaded /);
    expect(await statusOf("quick", { "x-api-key": "k1" })).toBe(200);
    expect(await statusOf("fast", { "x-api-key": "k1" })).toBe(404);
    expect(await statusOf("quick")).toBe(401);
  });

  test("is read again on SIGHUP", async () => {
    gateway.signal("SIGHUP");
    await gateway.printed(/ reloaded /);
    expect(await statusOf("fast")).toBe(200);
  });

  test("that listens elsewhere is taken over but for that, and the log says so", async () => {
    const other = await startMillrace({ config: deskAt(first.url) });
    // `--port` goes before the file, so only the host can differ.
    await other.writeConfig(`listen: 127.0.0.2:8484\n${deskAt(first.url)}`);
    await other.printed(/ restart_needed /);
    expect(await other.stop()).toBe(0);
  });
});

describe("a file with a mistake", () => {
  test.each<[string, (url: string) => string, RegExp]>([
    ["of shape", () => "modles: {}\n", /millrace\.yaml:1:1: modles is not a setting\. Did you mean/],
    ["of syntax", () => "providers: {\n", /millrace\.yaml:\d+:\d+: /],
    [
      "found when the provider is made",
      (url) => `providers:\n  desk: { profile: openai-compatible, base_url: "${url}", tls: { ca: [no-such.pem] } }\n`,
      /millrace\.yaml:2:\d+: providers\.desk\.tls\.ca: .*no-such\.pem cannot be read/,
    ],
  ])("%s changes nothing, and shows in the log and in /ready", async (_title, text, problem) => {
    await gateway.writeConfig(text(first.url));
    expect(await gateway.printed(/ reload_failed .*\n/)).toMatch(problem);
    expect(await ready()).toMatchObject({
      status: "ready",
      config: { in_force: false, problem: expect.stringMatching(problem) },
    });
    expect(await statusOf("fast")).toBe(200);
  });

  test("that is mended is taken over, and /ready forgets the problem", async () => {
    await gateway.writeConfig("modles: {}\n");
    await gateway.printed(/ reload_failed /);
    await gateway.writeConfig(`${deskAt(first.url)}models: { quick: [desk/m] }\n`);
    await gateway.printed(/ reloaded /);
    expect(await ready()).not.toHaveProperty("config");
    expect(await statusOf("quick")).toBe(200);
  });
});

test("a request in flight finishes on the plan it began with, and its connection is closed after it", async () => {
  const client = await RawClient.open(gateway.url);
  await ready();
  const before = first.exchanges.length;
  client.send(
    post("/v1/chat/completions", '{"model":"fast","stream":true,"messages":[{"role":"user","content":"go on"}]}'),
  );
  await client.received("Hello");

  const second = await upstreamWith(modelServer);
  await gateway.writeConfig(`${deskAt(second.url)}models: { fast: [desk/m] }\n`);
  await gateway.printed(/ reloaded /);
  expect(await statusOf("fast")).toBe(200);
  expect(second.exchanges.map(({ request }) => request.method)).toContain("POST");

  const inFlight = await first.exchange(before);
  expect(inFlight.isClosed).toBe(false);
  await finishStream(inFlight);
  await client.received("[DONE]");
  await inFlight.closed;
  client.close();
});

describe("a request in flight calls the providers it began with, although all are made anew", () => {
  const FAST = "models: { fast: [desk/m] }\n";
  // How long an answer may be is the providers' to watch.
  const ANEW = "limits: { answer: 6MiB }\n";
  const chat = (more: readonly string[] = []): string =>
    post("/v1/chat/completions", '{"model":"fast","messages":[{"role":"user","content":"hi"}]}', more);

  /** A request whose body is asked for, and comes but for its last bytes; what is left is given back. */
  async function beginBody(client: RawClient): Promise<string> {
    const request = chat(["expect: 100-continue"]);
    client.send(request.slice(0, -20));
    expect((await client.reply()).status).toBe(100);
    return request.slice(-20);
  }

  test("when the rest of its body comes", async () => {
    const client = await RawClient.open(gateway.url);
    const rest = await beginBody(client);
    await gateway.writeConfig(deskAt(first.url) + FAST + ANEW);
    await gateway.printed(/ reloaded /);
    client.send(rest);
    expect(await client.reply()).toMatchObject({ status: 200, headers: { "x-millrace-target": "desk/m" } });
    client.close();
  });

  test("when its first target fails", async () => {
    const stalling = await upstreamWith(() => undefined);
    const both = `${deskAt(stalling.url)}  spare: { profile: openai-compatible, base_url: "${first.url}" }
models: { fast: [desk/m, spare/m] }
`;
    await gateway.writeConfig(both);
    await gateway.printed(/ reloaded /);
    const client = await RawClient.open(gateway.url);
    client.send(chat());
    const stalled = await stalling.exchange(0);
    await gateway.writeConfig(both + ANEW);
    await gateway.printed(/ reloaded [^]* reloaded /);
    await stalled.json({ error: { message: "busy" } }, 503);
    expect(await client.reply()).toMatchObject({ status: 200, headers: { "x-millrace-target": "spare/m" } });
    client.close();
  });

  test("and does not hold up the end", async () => {
    const config = `${deskAt(first.url)}${FAST}shutdown_timeout: 50ms\n`;
    const brief = await startMillrace({ config });
    const client = await RawClient.open(brief.url);
    await beginBody(client);
    await brief.writeConfig(config + ANEW);
    await brief.printed(/ reloaded /);
    expect(await brief.stop()).toBe(0);
    expect(brief.output()).toContain("Stopped; 1 request was cancelled.\n");
    client.close();
  });
});

test("a provider that stays the same keeps its connection", async () => {
  await statusOf("fast");
  const { connections } = first;
  // How much a client may send, and how many may at once, is not the provider's affair.
  const limits = "limits: { body: 1MiB, in_flight: 9 }";
  await gateway.writeConfig(`${deskAt(first.url)}models: { quick: [desk/m] }\n${limits}\n`);
  await gateway.printed(/ reloaded /);
  await statusOf("quick");
  expect(first.connections).toBe(connections);
});

describe("what is known of a provider that stays is kept", () => {
  const LIMITED = { error: { message: "Slow down", code: "rate_limit_exceeded" } };
  let config: (name: string) => string;
  let second: ScriptedUpstream;

  beforeEach(async () => {
    second = await upstreamWith((exchange, index) =>
      exchange.request.body.includes("too much")
        ? exchange.json(LIMITED, 429, { "retry-after": "600" })
        : modelServer(exchange, index),
    );
    const providers = `${deskAt(first.url)}  spare: { profile: openai-compatible, base_url: "${second.url}" }\n`;
    config = (name) => `${providers}models: { fast: [[desk/m, spare/m]], ${name}: [desk/m] }\n`;
    await gateway.writeConfig(config("one"));
    await gateway.printed(/ reloaded /);
  });

  async function ask(content: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    const body = JSON.stringify({ model: "fast", messages: [{ role: "user", content }] });
    return fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", headers, body });
  }

  async function explained(): Promise<unknown> {
    const body = JSON.stringify({ model: "fast", messages: [{ role: "user", content: "hi" }] });
    return (await fetch(`${gateway.url}/v1/route`, { method: "POST", body })).json();
  }

  async function reload(): Promise<void> {
    await gateway.writeConfig(config("other"));
    await gateway.printed(/ reloaded [^]* reloaded /);
  }

  test("that it is to be left alone", async () => {
    expect((await ask("too much", { "x-millrace-route": "only=spare" })).status).toBe(429);
    await reload();
    expect(await explained()).toMatchObject({
      candidates: [{ target: "desk/m" }],
      excluded: [{ target: "spare/m", reason: "cooling down after 429" }],
    });
  });

  test("which conversations it has", async () => {
    const homes = ["desk", "spare", "spare", "desk", "spare", "desk"];
    const targets = async (begins: boolean): Promise<readonly (string | null)[]> => {
      const found: (string | null)[] = [];
      for (const [at, home] of homes.entries()) {
        const first = begins ? { "x-millrace-route": `only=${home}` } : {};
        const reply = await ask("hi", { "x-session-affinity": `talk-${at}`, ...first });
        found.push(reply.headers.get("x-millrace-target"));
      }
      return found;
    };
    await targets(true);
    await reload();
    expect(await targets(false)).toEqual(homes.map((home) => `${home}/m`));
  });

  test("what is in flight at it", async () => {
    const client = await RawClient.open(gateway.url);
    const body = '{"model":"desk/m","stream":true,"messages":[{"role":"user","content":"go on"}]}';
    const before = first.exchanges.length;
    client.send(post("/v1/chat/completions", body));
    await client.received("Hello");
    await reload();
    expect(await explained()).toMatchObject({
      candidates: expect.arrayContaining([expect.objectContaining({ target: "desk/m", in_flight: 1 })]),
    });
    await finishStream(await first.exchange(before));
    await client.received("[DONE]");
    client.close();
  });
});

test("secrets are in no output, whatever happens to them", async () => {
  const secretive = await upstreamWith((exchange) =>
    exchange.json({ error: { message: `Incorrect API key: ${exchange.request.headers["authorization"]}` } }, 401),
  );
  const config = (name: string): string => `providers:
  desk: { profile: openai-compatible, base_url: "${secretive.url}", api_key: "sk-up-secret", headers: { x-extra: "hd-secret" } }
models: { ${name}: [desk/m] }
keys: [{ name: me, key: "mk-secret" }]
`;
  const other = await startMillrace({ config: config("fast"), args: ["--log", "json"] });
  const ask = (key: string): Promise<Response> =>
    fetch(`${other.url}/v1/chat/completions?key=${key}`, {
      method: "POST",
      body: '{"model":"fast","messages":[{"role":"user","content":"hi"}]}',
    });
  const bodies = [await (await ask("mk-secret")).text(), await (await ask("wr-secret")).text()];
  await other.writeConfig(config("quick").replace("headers: {", "headers: { 7: 8,").replace("models:", "modles:"));
  await other.printed(/reload_failed/);
  bodies.push(await (await fetch(`${other.url}/ready`, { headers: { "x-api-key": "mk-secret" } })).text());
  await other.writeConfig(config("quick"));
  await other.printed(/"reloaded"/);
  expect(await other.stop()).toBe(0);
  expect(other.output()).not.toMatch(/secret/);
  expect(bodies.join("\n")).not.toMatch(/hd-secret|mk-secret|wr-secret|sk-up-secret/);
});
