import { afterEach, describe, expect, test } from "vitest";
import { completion } from "../conformance/cases/replies.ts";
import { FakeClock } from "../conformance/fake-clock.ts";
import type { ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import { answer, FAILED } from "./attempts/testing/calls.ts";
import { fastGateway } from "./attempts/testing/fast-gateway.ts";
import { ScriptedProvider } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";

describe("what a body says to the gateway is not passed on, and every other byte is:", () => {
  const upstreams: ScriptedUpstream[] = [];
  const providers: HttpProvider[] = [];
  afterEach(async () => {
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  });

  /** The body that the upstream gets for this one. */
  async function passedOn(text: string): Promise<string> {
    const upstream = await createScriptedUpstream((exchange) =>
      exchange.json(completion({ role: "assistant", content: "fine" })),
    );
    upstreams.push(upstream);
    const desk = new HttpProvider({ name: "desk", baseUrl: upstream.url, streamUpstream: false });
    providers.push(desk);
    const { call, records } = testGateway(new FakeClock(), [desk], { models: { fast: ["desk/fast"] } });
    const client = await call({ body: text });
    expect(client.text).toContain("fine");
    expect(records[0]?.requestBytes).toBe(new TextEncoder().encode(text).length);
    return upstream.exchanges[0]?.request.body ?? "";
  }

  const messages = '"messages": [ {"role":"user", "content":"h\u00eb \\"millrace\\": {}"} ]';
  const own = '"millrace" : {"only": ["desk"], "priority": 2}';

  test.each([
    ["in front", `{ ${own} , "model":"fast",  ${messages}\n}`, `{ "model":"fast",  ${messages}\n}`],
    ["in the middle", `{"model":"fast",\n ${own},\n ${messages}}`, `{"model":"fast",\n ${messages}}`],
    ["at the end", `{"model":"fast",${messages} , ${own} }\n`, `{"model":"fast",${messages} }\n`],
  ])("%s", async (_, text, expected) => {
    const passed = await passedOn(text);
    expect(passed.replace(/\s+/g, " ")).toBe(expected.replace(/\s+/g, " "));
    expect(passed).toContain(messages);
  });

  test("also where it stands twice, or is written with an escape", async () => {
    for (const more of ['"millrace":{},"millrace":{"only":["desk"]}', '"mill\\u0072ace":{"only":["desk"]}']) {
      const passed = await passedOn(`{"model":"fast",${more},${messages}}`);
      expect(JSON.parse(passed)).toEqual(JSON.parse(`{"model":"fast",${messages}}`));
    }
  });

  test("a body without it is passed on as it is", async () => {
    const text = `{ "model":"fast",\n\t${messages} }`;
    expect(await passedOn(text)).toBe(text);
  });
});

describe("a request says where it may go", () => {
  const gateway = () => {
    const providers = ["desk", "lab", "cloud"].map(
      (name) => new ScriptedProvider(name, { calls: [answer(name), answer(name)], local: name !== "cloud" }),
    );
    return fastGateway(
      providers,
      providers.map(({ name }) => `${name}/m`),
    );
  };

  test.each([
    ["order", { order: ["cloud"] }, "order=cloud", "cloud"],
    ["only", { only: ["lab", "cloud"] }, "only=lab,cloud", "lab"],
    ["ignore", { ignore: ["desk", "lab/*"] }, "ignore=desk,lab/*", "cloud"],
    ["local", { order: ["cloud"], local: true }, "order=cloud; local", "desk"],
  ])("in its body or in its header: %s", async (_, millrace, header, expected) => {
    expect((await gateway().ask({ millrace })).json).toEqual({ from: expected });
    const headers = { "x-millrace-route": header };
    expect((await gateway().ask({}, { headers })).json).toEqual({ from: expected });
  });

  test("of what both say the header counts, and of what one says that one", async () => {
    const { ask, records } = gateway();
    const client = await ask(
      { millrace: { only: ["desk"], ignore: ["lab"] } },
      { headers: { "x-millrace-route": "only=lab,cloud" } },
    );
    expect(client.json).toEqual({ from: "cloud" });
    expect(records[0]?.excluded.map(({ target }) => target)).toEqual(["desk/m", "lab/m"]);
  });

  test("that its first target's failure is the answer", async () => {
    const providers = [new ScriptedProvider("desk", { calls: [FAILED.server] }), new ScriptedProvider("lab")];
    const { ask, records } = fastGateway(providers, ["desk/m", "lab/m"]);
    const client = await ask({ millrace: { failover: false } });
    expect(client.status).toBe(500);
    expect(client.headers).not.toHaveProperty("x-should-retry");
    expect(records[0]).toMatchObject({
      attempts: [{ provider: "desk" }],
      excluded: [{ target: "lab/m", reason: "the request wants no fail-over" }],
    });
  });

  test("so that nobody is left, which is told with the reason for each", async () => {
    const { ask, records } = gateway();
    const client = await ask({ millrace: { only: ["cloud"], local: true } });
    expect(client.status).toBe(400);
    expect(client.json).toMatchObject({
      error: { code: "no_target_allowed", message: expect.stringContaining("cloud/m: not a local server") },
    });
    expect(records[0]?.attempts).toEqual([]);
  });
});

describe("preferences that mean nothing are a 400 that names them", () => {
  test.each([
    ["millrace.only[1]", { only: ["desk", 7] }, undefined],
    ["millrace.ignroe", { ignroe: ["cloud"] }, undefined],
    ["millrace.priority", { priority: 101 }, undefined],
    ["millrace", "desk", undefined],
    ["x-millrace-route", undefined, "ignroe=cloud"],
  ])("%s", async (param, millrace, header) => {
    const desk = new ScriptedProvider("desk");
    const { ask, gateway } = fastGateway([desk], ["desk/m"]);
    const client = await ask(
      millrace === undefined ? {} : { millrace },
      header === undefined ? {} : { headers: { "x-millrace-route": header } },
    );
    expect(client.status).toBe(400);
    expect(client.json).toMatchObject({ error: { code: "invalid_preference", param: expect.stringContaining(param) } });
    expect(desk.forwarded).toHaveLength(0);
    expect(gateway.inFlight).toBe(0);
  });
});
