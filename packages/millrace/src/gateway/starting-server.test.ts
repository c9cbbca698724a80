import { describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { ScriptedProvider } from "./testing/scripted-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";

const LOADING = failureOf("loading", "Loading model", { retry: "same", status: 503 });
const BROKEN = failureOf("server", "boom", { retry: "elsewhere", status: 500 });
const ANSWER = {
  status: 200,
  headers: {},
  changes: [],
  body: { kind: "whole", bytes: new TextEncoder().encode("{}") },
} as const;
const WAIT = { loadingMs: 60_000, absentMs: 0 };
const ask = { model: "fast", messages: [{ role: "user", content: "hi" }] };

function gatewayOver(first: ScriptedProvider, second: ScriptedProvider) {
  return testGateway(new FakeClock(), [first, second], {
    models: { fast: ["first/m", "second/m"] },
    startWait: WAIT,
  });
}

describe("a server that is only starting", () => {
  test("is not waited for while another target can answer", async () => {
    const first = new ScriptedProvider("first", { calls: [LOADING] });
    const { call } = gatewayOver(first, new ScriptedProvider("second", { calls: [ANSWER] }));
    expect((await call({ body: ask })).status).toBe(200);
    expect(first.waits).toEqual([]);
  });

  test("is waited for when none can, and then asked once more", async () => {
    const first = new ScriptedProvider("first", { calls: [LOADING, ANSWER] });
    first.becomesReady = true;
    const { call, records } = gatewayOver(first, new ScriptedProvider("second", { calls: [BROKEN] }));
    const client = await call({ body: ask });
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({ "x-millrace-target": "first/m", "x-millrace-attempts": "3" });
    expect(first.waits).toMatchObject([{ loadingMs: WAIT.loadingMs }]);
    expect(records[0]?.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual([
      "first failed",
      "second failed",
      "first answered",
    ]);
  });

  test("that does not come to an end leaves its client with what it said", async () => {
    const first = new ScriptedProvider("first", { calls: [LOADING] });
    const { call } = gatewayOver(first, new ScriptedProvider("second", { calls: [BROKEN] }));
    const client = await call({ body: ask });
    expect(client.status).toBe(503);
    expect(client.json).toMatchObject({ error: { code: "loading" } });
  });
});
