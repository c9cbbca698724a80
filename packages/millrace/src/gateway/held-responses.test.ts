import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../model/json.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import { keepingServer } from "./testing/keeping-server.ts";
import { keysOf } from "./testing/plan.ts";
import { testGateway, type TestGateway } from "./testing/test-gateway.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Setup extends TestGateway {
  readonly servers: readonly ScriptedUpstream[];
  /** Asks a model, and gives the id of the answer. */
  readonly ask: (more?: JsonObject, headers?: Readonly<Record<string, string>>) => Promise<string>;
}

async function inFront(names: readonly string[], more: Parameters<typeof testGateway>[2] = {}): Promise<Setup> {
  const servers = await Promise.all(names.map((name) => createScriptedUpstream(keepingServer(name))));
  const providers = servers.map(
    ({ url }, at) => new HttpProvider({ name: names[at] ?? "", profile: "openai", baseUrl: url, apiKey: "sk-secret" }),
  );
  opened.push(...providers, ...servers);
  const set = testGateway(new FakeClock(), providers, more);
  const ask: Setup["ask"] = async (body = {}, headers = {}) => {
    const client = await set.call({ path: "/v1/responses", body: { model: "fast", input: "hi", ...body }, headers });
    return /"id":"(resp_\w+)"/.exec(client.text)?.[1] ?? client.text;
  };
  return { servers, ask, ...set };
}

const paths = ({ exchanges }: ScriptedUpstream): string[] =>
  exchanges.map(({ request }) => `${request.method} ${request.path}`);

describe("a response that its server keeps", () => {
  test.each([
    ["whole", {}],
    ["streamed", { stream: true }],
    ["made in the background", { background: true }],
  ])("can be asked for: %s", async (_how, more) => {
    const { ask, call, servers } = await inFront(["a"]);
    const id = await ask({ model: "a/gpt-4.1", ...more });
    const path = `/v1/responses/${id}`;
    expect((await call({ method: "GET", path, query: "include%5B%5D=x&include%5B%5D=y&key=mine" })).json).toMatchObject(
      { id },
    );
    expect((await call({ method: "GET", path: `${path}/input_items`, query: "limit=2" })).json).toMatchObject({
      object: "list",
    });
    expect((await call({ path: `${path}/cancel` })).json).toMatchObject({ id, status: "cancelled" });
    expect((await call({ method: "DELETE", path })).json).toMatchObject({ id, deleted: true });
    const gone = await call({ method: "GET", path });
    expect([gone.status, gone.text]).toEqual([404, expect.stringContaining(`${id} is not here`)]);
    expect(paths(servers[0]!).slice(1)).toEqual([
      `GET /v1/responses/${id}?include%5B%5D=x&include%5B%5D=y`,
      `GET /v1/responses/${id}/input_items?limit=2`,
      `POST /v1/responses/${id}/cancel`,
      `DELETE /v1/responses/${id}`,
      `GET /v1/responses/${id}`,
    ]);
    expect(servers[0]?.exchanges[1]?.request.headers).toMatchObject({ authorization: "Bearer sk-secret" });
  });

  test("is nobody else's to ask for, nor is one that was not to be kept", async () => {
    const keys = keysOf({ "k-alice": { name: "alice" }, "k-bob": { name: "bob" } });
    const { ask, call, servers } = await inFront(["a"], { keys });
    const alice = { authorization: "Bearer k-alice" };
    const path = `/v1/responses/${await ask({ model: "a/gpt-4.1" }, alice)}`;
    const forgotten = `/v1/responses/${await ask({ model: "a/gpt-4.1", store: false }, alice)}`;
    expect((await call({ method: "GET", path, headers: { authorization: "Bearer k-bob" } })).status).toBe(404);
    expect((await call({ method: "GET", path: forgotten, headers: alice })).status).toBe(404);
    expect((await call({ method: "GET", path, headers: alice })).status).toBe(200);
    expect(servers[0]?.exchanges).toHaveLength(3);
  });

  test("is gone on from where it is kept, whoever comes first otherwise", async () => {
    const { ask, servers } = await inFront(["a", "b"], { models: { fast: ["a/gpt-4.1", "b/gpt-4.1"] } });
    const id = await ask({ millrace: { order: ["b"] } });
    expect(id).toBe("resp_b0");
    expect(await ask({ previous_response_id: id })).toBe("resp_b1");
    expect(await ask()).toBe("resp_a0");
    expect(servers.map(({ exchanges }) => exchanges.length)).toEqual([1, 2]);
  });

  test("is given whole: a stream of it is refused", async () => {
    const { ask, call, servers } = await inFront(["a"]);
    const id = await ask({ model: "a/gpt-4.1" });
    const client = await call({ method: "GET", path: `/v1/responses/${id}`, query: "stream=true" });
    expect(client.status).toBe(400);
    expect(servers[0]?.exchanges).toHaveLength(1);
  });
});
