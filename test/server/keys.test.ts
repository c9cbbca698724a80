import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { runMillrace } from "../harness/millrace-command.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { deskAt, modelServer } from "../harness/model-server.ts";
import { RawClient } from "../harness/raw-client.ts";

const KEYS = "keys:\n  - { name: me, key: mine }\n  - { name: guest, key: theirs, models: [desk/m] }\n";

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
beforeAll(async () => {
  upstream = await createScriptedUpstream(modelServer);
  gateway = await startMillrace({ config: deskAt(upstream.url) + KEYS });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});

function chat(model: string, key: string): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
  });
}

const idsFor = async (key: string): Promise<string[]> => {
  const reply = await fetch(`${gateway.url}/v1/models`, { headers: { "x-api-key": key } });
  return ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
};

test.each<[string, string, Record<string, string>]>([
  ["authorization: Bearer", "", { authorization: "Bearer mine" }],
  ["x-api-key", "", { "x-api-key": "mine" }],
  ["x-goog-api-key", "", { "x-goog-api-key": "mine" }],
  ["?key=", "?key=mine", {}],
  ["one of two, the other being none of ours", "", { authorization: "Bearer sk-of-another", "x-api-key": "mine" }],
])("a key is taken from %s", async (_title, query, headers) => {
  expect((await fetch(`${gateway.url}/v1/models${query}`, { headers })).status).toBe(200);
});

describe("who has no key", () => {
  test.each<[string, Record<string, string>, string]>([
    ["sends none", {}, "missing_api_key"],
    ["sends a wrong one", { authorization: "Bearer guess" }, "invalid_api_key"],
    ["sends the beginning of one", { "x-api-key": "min" }, "invalid_api_key"],
    ["sends the name of one", { "x-api-key": "me" }, "invalid_api_key"],
  ])("%s: 401", async (_title, headers, code) => {
    for (const path of ["/v1/models", "/v1/models/desk%2Fm"]) {
      const reply = await fetch(`${gateway.url}${path}`, { headers });
      expect(reply.status).toBe(401);
      expect(await reply.json()).toMatchObject({ error: { code } });
    }
  });

  test("is told so before the body is sent", async () => {
    const client = await RawClient.open(gateway.url);
    client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n");
    expect(await client.reply()).toMatchObject({ status: 401, headers: { connection: "close" } });
    await client.end();
  });

  test("sees that the process lives, and nothing of what it calls", async () => {
    expect(await (await fetch(`${gateway.url}/health`)).json()).toEqual({ status: "ok" });
    expect(await (await fetch(`${gateway.url}/ready`)).json()).toEqual({ status: "ready" });
  });
});

describe("a key with a list of models", () => {
  test("may use what is on it", async () => {
    expect((await chat("desk/m", "theirs")).status).toBe(200);
  });

  test("is refused the rest with 403, and the upstream is not asked", async () => {
    const before = upstream.exchanges.length;
    const reply = await chat("desk/org/m", "theirs");
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({
      error: { code: "model_not_allowed", message: expect.stringContaining("desk/org/m") },
    });
    expect(upstream.exchanges.length).toBe(before);
  });

  test("does not see the rest", async () => {
    expect(await idsFor("theirs")).toEqual(["desk/m"]);
    expect(await idsFor("mine")).toEqual(["desk/m", "desk/org/m"]);
    const hidden = await fetch(`${gateway.url}/v1/models/desk%2Forg%2Fm`, { headers: { "x-api-key": "theirs" } });
    expect(hidden.status).toBe(404);
  });
});

test("a client's key stays here: neither the upstream nor the log sees it", async () => {
  const before = upstream.exchanges.length;
  await fetch(`${gateway.url}/v1/chat/completions?key=mine`, {
    method: "POST",
    headers: { authorization: "Bearer mine", "x-api-key": "mine", "x-goog-api-key": "mine" },
    body: JSON.stringify({ model: "desk/m", messages: [{ role: "user", content: "hi" }] }),
  });
  const { rawHead, body } = (await upstream.exchange(before)).request;
  expect(rawHead + body).not.toContain("mine");
  expect(await gateway.printed(/key=me /)).not.toMatch(/\bmine\b|\btheirs\b/);
});

describe("beyond this machine", () => {
  test.each(["0.0.0.0", "::", "127.example.com"])("%s is not listened on without a key", async (host) => {
    const { code, stderr, stdout } = await runMillrace(["serve", "--host", host, "--port", "0"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`Listening on ${host} would let everyone`);
    expect(stderr).toContain("--open");
  });

  // A way to write 127.0.0.1 that is not recognised as loopback, so that no test really opens a port to the network.
  const host = "0x7f000001";

  test("--open is enough", async () => {
    const open = await startMillrace({ args: ["--host", host, "--open"] });
    expect((await fetch(`${open.url}/health`)).status).toBe(200);
    expect(await open.stop()).toBe(0);
  });

  test("so is a key", async () => {
    const guarded = await startMillrace({ args: ["--host", host], config: KEYS });
    expect((await fetch(`${guarded.url}/v1/models`)).status).toBe(401);
    expect(await guarded.stop()).toBe(0);
  });
});
