import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { type CallScript, ScriptedProvider } from "../testing/scripted-provider.ts";
import { answer, FAILED } from "./testing/calls.ts";
import { attemptsOf, type FastGateway, fastGateway } from "./testing/fast-gateway.ts";

type Scripts = Readonly<Record<string, CallScript[]>>;
type Route = Parameters<typeof fastGateway>[1];

function gatewayWhere(scripts: Scripts, route: Route, plan: Parameters<typeof fastGateway>[2] = {}): FastGateway {
  const providers = Object.entries(scripts).map(
    ([name, calls]) => new ScriptedProvider(name, { calls, local: name !== "cloud" }),
  );
  return fastGateway(providers, route, plan);
}

describe("a conversation that is too long", () => {
  const route = { tiers: [["desk/small"], ["lab/small"]], onContextOverflow: ["cloud/large", "desk/large"] };

  test("goes to the targets that are kept for it, and not to the others of its name", async () => {
    const { ask, records } = gatewayWhere({ desk: [FAILED.overflow], lab: [], cloud: [answer()] }, route);
    const client = await ask();
    expect(client.headers).toMatchObject({ "x-millrace-target": "cloud/large", "x-millrace-attempts": "2" });
    expect(attemptsOf(records[0])).toEqual(["desk failed context_overflow", "cloud answered"]);
  });

  test("is on the record with why they were asked", async () => {
    const { ask, records } = gatewayWhere({ desk: [FAILED.overflow], lab: [], cloud: [answer()] }, route);
    await ask();
    expect(records[0]?.candidates.slice(-2)).toEqual([
      { target: "cloud/large", reason: "for conversations that are too long" },
      { target: "desk/large", reason: "for conversations that are too long" },
    ]);
  });

  test("goes to one after the other of them, each once, whatever is wrong with it", async () => {
    const calls = { desk: [FAILED.overflow, answer()], lab: [], cloud: [FAILED.server] };
    const { ask, records } = gatewayWhere(calls, route);
    expect((await ask()).headers["x-millrace-target"]).toBe("desk/large");
    expect(records[0]?.attempts.map(({ provider, model }) => `${provider}/${model}`)).toEqual([
      "desk/small",
      "cloud/large",
      "desk/large",
    ]);
  });

  test("is told to be too long when it is for all of them", async () => {
    const calls = { desk: [FAILED.overflow, FAILED.overflow], lab: [], cloud: [FAILED.overflow] };
    const { ask, records } = gatewayWhere(calls, route);
    const client = await ask();
    expect(client.status).toBe(400);
    expect(client.json).toMatchObject({ error: { code: "context_overflow" } });
    expect(records[0]?.attempts).toHaveLength(3);
  });

  test("goes on to the others of its name where none is kept for it", async () => {
    const { ask, records } = gatewayWhere({ desk: [FAILED.overflow], lab: [answer()] }, ["desk/small", "lab/large"]);
    expect((await ask()).status).toBe(200);
    expect(attemptsOf(records[0])).toEqual(["desk failed context_overflow", "lab answered"]);
  });

  test("has nothing to do with the targets that are kept for content that was refused", async () => {
    const { ask } = gatewayWhere(
      { desk: [FAILED.overflow], cloud: [] },
      { tiers: [["desk/small"]], onRefusal: ["cloud/large"] },
    );
    expect((await ask()).json).toMatchObject({ error: { code: "context_overflow" } });
  });
});

describe("content that is refused", () => {
  test("goes to the targets that are kept for it", async () => {
    const { ask, records } = gatewayWhere(
      { desk: [FAILED.refused], lab: [], cloud: [answer()] },
      { tiers: [["desk/m"], ["lab/m"]], onRefusal: ["cloud/open"] },
    );
    expect((await ask()).headers["x-millrace-target"]).toBe("cloud/open");
    expect(attemptsOf(records[0])).toEqual(["desk failed content_filter", "cloud answered"]);
  });

  test("ends the request where there are none", async () => {
    const { ask, records } = gatewayWhere(
      { desk: [FAILED.refused], lab: [] },
      { tiers: [["desk/m"], ["lab/m"]], onContextOverflow: ["lab/large"] },
    );
    const client = await ask();
    expect(client.json).toMatchObject({ error: { code: "content_filter" } });
    expect(attemptsOf(records[0])).toEqual(["desk failed content_filter"]);
  });

  test("ends the request when the last of them refuses it too", async () => {
    const { ask, records } = gatewayWhere(
      { desk: [FAILED.refused], lab: [], cloud: [FAILED.refused] },
      { tiers: [["desk/m"], ["lab/m"]], onRefusal: ["cloud/open"] },
    );
    expect((await ask()).json).toMatchObject({ error: { code: "content_filter" } });
    expect(records[0]?.attempts).toHaveLength(2);
  });
});

describe("the targets that are kept for a failure are asked only where the request wants them:", () => {
  const lists = { onContextOverflow: ["cloud/large", "lab/large"], onRefusal: ["cloud/large", "lab/large"] };
  const prices = new Map([
    ["desk", [{ models: "*", price: { inputUsd: 0, outputUsd: 0 } }]],
    ["lab", [{ models: "*", price: { inputUsd: 0, outputUsd: 0 } }]],
    ["cloud", [{ models: "*", price: { inputUsd: 9, outputUsd: 9 } }]],
  ]);

  test.each<[string, JsonObject]>([
    ["local", { local: true }],
    ["only", { only: ["desk", "lab"] }],
    ["ignore", { ignore: ["cloud/*"] }],
    ["max_price", { max_price: { input: 1 } }],
  ])("%s", async (_, millrace) => {
    for (const failure of [FAILED.overflow, FAILED.refused]) {
      const { ask } = gatewayWhere(
        { desk: [failure], lab: [answer()], cloud: [] },
        { tiers: [["desk/small"]], ...lists },
        { prices },
      );
      expect((await ask({ millrace })).headers["x-millrace-target"]).toBe("lab/large");
    }
  });

  test.each([FAILED.overflow, FAILED.refused])("no fail-over is none to them either", async (failure) => {
    const { ask, records } = gatewayWhere({ desk: [failure], lab: [], cloud: [] }, { tiers: [["desk/m"]], ...lists });
    const client = await ask({ millrace: { failover: false } });
    expect(client.json).toMatchObject({ error: { code: failure.code } });
    expect(records[0]?.attempts).toHaveLength(1);
  });

  test("one that does not offer the operation is left out", async () => {
    const providers = [
      new ScriptedProvider("desk", { calls: [FAILED.overflow] }),
      new ScriptedProvider("cloud", { operations: ["embeddings"] }),
      new ScriptedProvider("lab", { calls: [answer()] }),
    ];
    const { ask } = fastGateway(providers, { tiers: [["desk/small"]], ...lists });
    expect((await ask()).headers["x-millrace-target"]).toBe("lab/large");
  });
});

describe("what is the caller's own mistake", () => {
  test.each([
    ["a request that is wrong", FAILED.wrong],
    ["a loop", failureOf("protocol", "it leads back here", { code: "loop", status: 508, retry: "never" })],
  ])("is tried nowhere else: %s", async (_, failure) => {
    const { ask, records } = gatewayWhere({ desk: [failure], lab: [] }, ["desk/m", "lab/m"]);
    const client = await ask();
    expect(client.status).toBe(failure.status);
    expect(client.json).toMatchObject({ error: { code: failure.code } });
    expect(records[0]?.attempts).toHaveLength(1);
  });

  test("ends the request also after the failures of others", async () => {
    const { ask } = gatewayWhere({ desk: [FAILED.server], lab: [FAILED.wrong], attic: [] }, [
      "desk/m",
      "lab/m",
      "attic/m",
    ]);
    const client = await ask();
    expect(client.status).toBe(400);
    expect(client.headers).toMatchObject({ "x-millrace-attempts": "2", "x-millrace-target": "lab/m" });
  });
});

describe("a request costs no more calls than it may", () => {
  const names = ["a", "b", "c", "d"];
  const targets = names.map((name) => `${name}/m`);
  const allFail = (): Scripts => Object.fromEntries(names.map((name) => [name, [FAILED.server]]));

  test.each([1, 3])("%i", async (maxAttempts) => {
    const { ask, records } = gatewayWhere(allFail(), targets, { maxAttempts });
    const client = await ask();
    expect(client.status).toBe(500);
    expect(records[0]?.attempts).toHaveLength(maxAttempts);
  });

  test("those for conversations that are too long count too", async () => {
    const { ask, records } = gatewayWhere(
      { a: [FAILED.overflow], b: [FAILED.overflow], c: [] },
      { tiers: [["a/m"]], onContextOverflow: ["b/m", "c/m"] },
      { maxAttempts: 2 },
    );
    expect((await ask()).json).toMatchObject({ error: { code: "context_overflow" } });
    expect(records[0]?.attempts).toHaveLength(2);
  });
});
