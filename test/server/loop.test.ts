import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CountingProxy, startCountingProxy } from "../harness/counting-proxy.ts";
import { runMillrace } from "../harness/millrace-command.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

// Nobody looks at providers, so that every request there is has been caused by one of the test's.
const QUIET = "probe_interval: 0\nsimulator: true\n";
const leadsTo = (name: string, { url }: CountingProxy): string =>
  `providers: { ${name}: { profile: openai-compatible, base_url: "${url}" } }\nmodels: { fast: [${name}/fast] }\n${QUIET}`;

interface Models {
  readonly data: readonly { readonly id: string }[];
}

async function reload(gateway: MillraceProcess, config: string): Promise<void> {
  await gateway.writeConfig(config);
  await gateway.printed(/ reloaded /);
}

async function get(
  gateway: MillraceProcess,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const reply = await fetch(gateway.url + path);
  return { status: reply.status, body: await reply.json() };
}

async function chat(
  gateway: MillraceProcess,
  model: string,
  stream = false,
): Promise<{ status: number; error: unknown }> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "hi" }] }),
  });
  return { status: reply.status, error: ((await reply.json()) as { readonly error: unknown }).error };
}

describe("a provider that is the gateway itself", () => {
  let gateway: MillraceProcess;
  let way: CountingProxy;
  let config: string;

  beforeAll(async () => {
    way = await startCountingProxy();
    gateway = await startMillrace({ config: QUIET });
    way.leadTo(gateway.url);
    config = leadsTo("me", way);
    await reload(gateway, config);
  });
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
    way.close();
  });

  test.each([
    ["fast", false],
    ["fast", true],
    ["me/simulator/sim-chat", false],
    ["me/me/me/fast", true],
  ])("a request for %s (stream: %s) is refused when it comes back, with what to look at", async (model, stream) => {
    const before = way.passed.length;
    const { status, error } = await chat(gateway, model, stream);
    expect({ status, error }).toMatchObject({ status: 508, error: { code: "loop" } });
    expect(error).toMatchObject({ message: expect.stringMatching(/one of its own providers.*base_url/) });
    expect(way.passed.slice(before)).toEqual(["POST /v1/chat/completions"]);
  });

  test("lists and states are given at once, without the models that lead back", async () => {
    const before = way.passed.length;
    const { body: models } = await get(gateway, "/v1/models");
    const ids = (models as Models).data.map(({ id }) => id);
    expect(ids).toContain("fast");
    expect(ids).toContain("simulator/sim-chat");
    expect(ids.filter((id) => id.startsWith("me/"))).toEqual([]);
    expect(await get(gateway, "/ready")).toMatchObject({
      status: 200,
      body: {
        providers: [
          { name: "me", error: { code: "loop" } },
          { name: "simulator", ready: true },
        ],
      },
    });
    expect((await get(gateway, "/v1/models/nobody")).status).toBe(404);
    expect(way.passed.length - before).toBeLessThanOrEqual(2);
  });

  test("another provider answers in its place", async () => {
    const other = "[me/fast, simulator/sim-chat]";
    await gateway.writeConfig(config.replace("[me/fast]", other));
    await gateway.printed(/ reloaded [^]* reloaded /);
    expect(await chat(gateway, "fast")).toEqual({ status: 200, error: undefined });
  });

  test("doctor says so", async () => {
    const { port } = new URL(gateway.url);
    const { code, stdout } = await runMillrace(["doctor"], { config: `listen: 127.0.0.1:${port}\n${config}` });
    expect(stdout).toMatch(/FAIL +me: [\s\S]*The request came back to this gateway[\s\S]*→ Correct its base URL\./);
    expect(code).toBe(1);
  });
});

describe("two gateways that are providers of each other", () => {
  let one: MillraceProcess;
  let other: MillraceProcess;
  let toOne: CountingProxy;
  let toOther: CountingProxy;

  beforeAll(async () => {
    [toOne, toOther] = await Promise.all([startCountingProxy(), startCountingProxy()]);
    [one, other] = await Promise.all([startMillrace({ config: QUIET }), startMillrace({ config: QUIET })]);
    toOne.leadTo(one.url);
    toOther.leadTo(other.url);
    await Promise.all([reload(one, leadsTo("other", toOther)), reload(other, leadsTo("one", toOne))]);
  });
  afterAll(async () => {
    expect(await Promise.all([one.stop(), other.stop()])).toEqual([0, 0]);
    toOne.close();
    toOther.close();
  });

  const counts = (): readonly number[] => [toOne.passed.length, toOther.passed.length];

  // Each asks the other for the first time while the other asks it.
  test("list their models, each the other's too: neither waits for the other in vain", async () => {
    for (const [gateway, name] of [
      [one, "other"],
      [other, "one"],
    ] as const) {
      const models = await get(gateway, "/v1/models");
      expect(models).toMatchObject({ status: 200 });
      expect(JSON.stringify(models.body)).toContain(`"${name}/simulator/sim-chat"`);
      const { status, body } = await get(gateway, "/ready");
      expect({ status, body }).toMatchObject({ status: 200, body: { providers: [{ name, ready: true }, {}] } });
      expect(JSON.stringify(body)).not.toContain("timeout");
    }
    expect(Math.max(...counts())).toBeLessThanOrEqual(2);
  });

  test("serve each other's models", async () => {
    expect((await chat(one, "other/simulator/sim-chat")).status).toBe(200);
    expect((await chat(other, "one/simulator/sim-chat")).status).toBe(200);
  });

  test.each([false, true])("refuse what comes back, at its second visit (stream: %s)", async (stream) => {
    const [atOne = 0, atOther = 0] = counts();
    const { status, error } = await chat(one, "fast", stream);
    expect({ status, error }).toMatchObject({ status: 508, error: { code: "loop" } });
    expect(error).toMatchObject({ message: expect.stringContaining("through another gateway") });
    expect(counts()).toEqual([atOne + 1, atOther + 1]);
  });

  test("a name that neither knows is asked for once at each at most", async () => {
    const [atOne = 0, atOther = 0] = counts();
    expect((await chat(one, "nobody")).status).toBe(404);
    const [thenOne = 0, thenOther = 0] = counts();
    expect(thenOne - atOne).toBeLessThanOrEqual(1);
    expect(thenOther - atOther).toBeLessThanOrEqual(1);
  });

  test("list no model of their own through the other, however often they ask", async () => {
    const before = counts();
    const anew = "model_list: { ttl: 1ms }\n";
    await one.writeConfig(leadsTo("other", toOther) + anew);
    await other.writeConfig(leadsTo("one", toOne) + anew);
    await Promise.all([one, other].map((gateway) => gateway.printed(/ reloaded [^]* reloaded /)));
    for (let round = 0; round < 10; round += 1) {
      for (const gateway of [one, other]) {
        const ids = ((await get(gateway, "/v1/models")).body as Models).data.map(({ id }) => id);
        expect(ids.filter((id) => /other\/one|one\/other/.test(id))).toEqual([]);
      }
    }
    for (const [at, count] of counts().entries()) expect(count - (before[at] ?? 0)).toBeGreaterThan(0);
  });
});
