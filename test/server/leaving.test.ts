import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { UpstreamExchange } from "../../packages/millrace/src/conformance/scripted-upstream/exchange.ts";
import {
  chunk,
  event,
  head,
  streamHead,
} from "../../packages/millrace/src/conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { beginStream } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

/** What the README promises, from the client's end to the upstream's. */
const PROMISED_MS = 100;
/** A busy machine can look like a slow gateway; not three times. */
const BUSY = { retry: 2 };

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
let client: RawClient;
let script: Script;

beforeAll(async () => {
  upstream = await createScriptedUpstream((exchange, index) =>
    exchange.request.method === "GET" ? exchange.json({ object: "list", data: [] }) : script(exchange, index),
  );
  gateway = await startMillrace({
    config: `probe_interval: 0
providers:
  mended: { profile: openai-compatible, base_url: "${upstream.url}" }
  passed: { profile: llama.cpp, base_url: "${upstream.url}" }
  whole: { profile: openai-compatible, base_url: "${upstream.url}", stream_upstream: false }
`,
  });
  await (await fetch(`${gateway.url}/ready`)).text();
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toContain("defect");
  await upstream.close();
});
beforeEach(async () => {
  client = await RawClient.open(gateway.url);
});
afterEach(() => client.close());

/** Sends a request and resolves with what the upstream got of it, once the script has done its part. */
async function underWay(path: string, body: object, reply: Script): Promise<UpstreamExchange> {
  const index = upstream.exchanges.length;
  const sent = new Promise<void>((resolve, reject) => {
    script = async (exchange, at) => {
      try {
        await reply(exchange, at);
        resolve();
      } catch (error) {
        reject(error);
      }
    };
  });
  client.send(post(path, JSON.stringify(body)));
  await sent;
  return upstream.exchange(index);
}

async function leave(exchange: UpstreamExchange): Promise<void> {
  expect(exchange.isClosed).toBe(false);
  const leftAt = performance.now();
  client.close();
  await exchange.closed;
  expect(performance.now() - leftAt).toBeLessThan(PROMISED_MS);
}

const silent: Script = () => undefined;
const onlyHead: Script = (exchange) => exchange.send(streamHead());
const role: Script = async (exchange) => {
  await exchange.send(streamHead());
  await exchange.send(chunk(event({ id: "c1", choices: [{ index: 0, delta: { role: "assistant", content: "" } }] })));
};
const halfDocument: Script = (exchange) =>
  exchange.send(`${head(200, { "content-type": "application/json", "content-length": "500" })}{"id":"c1","choices":[`);

const messages = [{ role: "user", content: "hi" }];

describe.each(["mended", "passed"])("a client leaves a stream that is %s", BUSY, (provider) => {
  const ask = (reply: Script): Promise<UpstreamExchange> =>
    underWay("/v1/chat/completions", { model: `${provider}/m`, stream: true, messages }, reply);

  test("while the head is waited for", async () => {
    await leave(await ask(silent));
  });

  test("while the first event is waited for", async () => {
    await leave(await ask(onlyHead));
  });

  test("while the first content is waited for", async () => {
    await leave(await ask(role));
  });

  test("in the middle", async () => {
    const exchange = await ask(beginStream);
    await client.received("Hello");
    await leave(exchange);
  });

  test("while it does not read, so that nothing moves", async () => {
    const exchange = await ask(beginStream);
    await client.received("Hello");
    client.socket.pause();
    const piece = chunk(event({ id: "c1", choices: [{ index: 0, delta: { content: "x".repeat(60_000) } }] }));
    let written = 0;
    // Until the upstream's own connection is full: the gateway has stopped reading.
    for (let full = false; !full; written += 1) {
      const taken = exchange.send(piece);
      full = await Promise.race([taken.then(() => false), stalled()]);
    }
    expect(written).toBeGreaterThan(1);
    await leave(exchange);
  });
});

describe("a client leaves an answer that comes whole", BUSY, () => {
  test.each<[string, string, Script]>([
    ["while the head is waited for", "mended", silent],
    ["while the first event is waited for", "mended", onlyHead],
    ["while it is put together from a stream", "mended", beginStream],
    ["while the head of a document is waited for", "whole", silent],
    ["while the document comes", "whole", halfDocument],
  ])("%s", async (_title, provider, reply) => {
    await leave(await underWay("/v1/chat/completions", { model: `${provider}/m`, messages }, reply));
  });

  test.each<[string, Script]>([
    ["while vectors are waited for", silent],
    ["while vectors come", halfDocument],
  ])("%s", async (_title, reply) => {
    await leave(await underWay("/v1/embeddings", { model: "mended/m", input: "hi" }, reply));
  });
});

test("a client leaves while it sends its body: no upstream is asked", async () => {
  const before = upstream.exchanges.length;
  const whole = post("/v1/chat/completions", JSON.stringify({ model: "mended/left-early", messages }));
  client.send(whole.slice(0, -10));
  // An answer on another connection shows that the half request has been read by then.
  await (await fetch(`${gateway.url}/health`)).text();
  client.close();
  await gateway.printed(/operation=chat-completions outcome=cancelled key=open attempts=0 /);
  expect(upstream.exchanges.length).toBe(before);
});

/** True after a hundred turns of the event loop: whoever could take what was written has had its chance. */
async function stalled(): Promise<boolean> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return true;
}
