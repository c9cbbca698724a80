import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { ScriptedProvider } from "../testing/scripted-provider.ts";
import { FAILED } from "./testing/calls.ts";
import { type FastGateway, fastGateway } from "./testing/fast-gateway.ts";

/** One target for each of these failures, which each of them gives for ever. */
function failing(...failures: readonly Failure[]): FastGateway & { readonly providers: ScriptedProvider[] } {
  const providers = failures.map(
    (failure, at) => new ScriptedProvider(`p${at + 1}`, { calls: Array.from({ length: 50 }, () => failure) }),
  );
  return {
    providers,
    ...fastGateway(
      providers,
      providers.map(({ name }) => `${name}/m`),
    ),
  };
}

describe("when several targets were asked in vain", () => {
  test.each<[string, Failure[], number, string]>([
    ["a second where all may be asked again at once", [FAILED.server, FAILED.server], 500, "1"],
    ["as long as the server asked for", [{ ...FAILED.rateLimit, retryAfterMs: 7_000 }, FAILED.absent], 429, "7"],
    [
      "as long as the one that is back first asked for",
      [
        { ...FAILED.rateLimit, retryAfterMs: 7_000 },
        { ...FAILED.rateLimit, retryAfterMs: 30_000 },
      ],
      429,
      "7",
    ],
    ["until the first key may be tried again", [FAILED.rateLimit, FAILED.rateLimit], 429, "1"],
    ["a minute at most", [failureOf("quota", "no balance"), failureOf("quota", "no balance")], 402, "60"],
  ])("the client is told not to try again before %s", async (_, failures, status, retryAfter) => {
    const { ask } = failing(...failures);
    const client = await ask();
    expect(client.status).toBe(status);
    expect(client.headers).toMatchObject({
      "x-should-retry": "false",
      "retry-after": retryAfter,
      "x-millrace-attempts": `${failures.length}`,
    });
  });

  test("the client is told whose failure it sees", async () => {
    const { ask } = failing(FAILED.server, FAILED.absent);
    expect((await ask()).headers["x-millrace-target"]).toBe("p1/m");
  });

  test("a mistake of the request has no time after which it would be right", async () => {
    const { ask } = failing(FAILED.overflow, FAILED.server);
    const client = await ask();
    expect(client.status).toBe(400);
    expect(client.headers["x-should-retry"]).toBe("false");
    expect(client.headers).not.toHaveProperty("retry-after");
  });
});

describe("when there is one target, its own words count", () => {
  test("without a hint there is none", async () => {
    const { ask } = failing(FAILED.server);
    const { headers } = await ask();
    expect(headers).not.toHaveProperty("retry-after");
    expect(headers).not.toHaveProperty("x-should-retry");
  });

  test("its hint is passed on", async () => {
    const { ask } = failing({ ...FAILED.rateLimit, retryAfterMs: 120_000 });
    const { headers } = await ask();
    expect(headers["retry-after"]).toBe("120");
    expect(headers).not.toHaveProperty("x-should-retry");
  });
});

describe("when nobody may be asked", () => {
  test("since all have failed too often, the answer says of each why, and when the first is back", async () => {
    const { ask, clock, providers } = failing(FAILED.server, FAILED.absent);
    for (let count = 0; count < 5; count += 1) await ask();
    clock.advance(100);
    const client = await ask();
    expect(client.status).toBe(503);
    expect(client.headers["retry-after"]).toBe("1");
    expect(client.headers).not.toHaveProperty("x-millrace-attempts");
    expect(client.json).toMatchObject({
      error: {
        code: "no_target_available",
        message: expect.stringMatching(/p1\/m: 5 failures in a row.*p2\/m: 5 failures in a row/),
        details: {
          targets: [
            { target: "p1/m", closed_for_ms: 900 },
            { target: "p2/m", closed_for_ms: 900 },
          ],
        },
      },
    });
    expect(providers.map(({ forwarded }) => forwarded.length)).toEqual([5, 5]);
  });

  test("since all are out of their rate limits, the answer is a 429", async () => {
    const { ask, records } = failing(
      { ...FAILED.rateLimit, retryAfterMs: 20_000 },
      { ...FAILED.rateLimit, retryAfterMs: 50_000 },
    );
    await ask();
    const client = await ask();
    expect(client.status).toBe(429);
    expect(client.headers["retry-after"]).toBe("20");
    expect(client.json).toMatchObject({ error: { code: "rate_limit" } });
    expect(records[1]).toMatchObject({ attempts: [], candidates: [], excluded: [{}, {}], status: 429 });
  });
});
