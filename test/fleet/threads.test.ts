import { describe, expect, test } from "vitest";
import { AffinityIndex } from "../../packages/millrace/src/gateway/routing/affinity-index.ts";
import { failureOf } from "../../packages/millrace/src/wire/failure/kinds.ts";
import { many, stage } from "./staged.ts";

/** What users of other proxies ran into, with the thread that tells it, played to the gateway on simulated servers. */

const HOUR_MS = 3_600_000;
const NOTHING_LEFT = { inFlight: 0, waiting: 0 };

describe("two models on a server that holds one", () => {
  const desk = {
    models: [
      { model: "chat", loadMs: 2000 },
      { model: "code", loadMs: 2000 },
    ],
  };
  const models = { models: ["chat", "code"] };

  test("swapping never cuts a request that is being answered (llama-swap#19)", async () => {
    const { figures } = await stage(
      { desk },
      many(6, "aider", (n) => ({ atMs: n * 100, model: n % 2 === 0 ? "chat" : "code" })),
      models,
    );
    expect(figures).toMatchObject({ answered: 6, cut: 0, failed: 0, atEnd: NOTHING_LEFT });
  });
});

describe("a model that has to be loaded first", () => {
  const loads = { models: [{ model: "chat", loadMs: 8000 }], whileLoading: "refuse" } as const;
  const waits = { plan: { startWait: { loadingMs: 60_000, absentMs: 10_000 } } };

  test("is loaded once however many ask, and looked at by one (llama-swap#281)", async () => {
    const { figures, providers } = await stage(
      { desk: { ...loads, slots: 32 } },
      many(20, "early", (n) => ({ atMs: n * 10 })),
      waits,
    );
    expect(figures).toMatchObject({ answered: 20, failed: 0, servers: [{ loads: 1 }] });
    // Twice a second for as long as it loads; twenty would have looked 340 times.
    expect(providers[0]?.looks).toBeLessThan(40);
  });

  test("is not loaded a second time elsewhere meanwhile (lmstudio-bug-tracker#1751)", async () => {
    const load = many(8, "early", (n) => ({ atMs: 1000 + n * 10 }));
    const { figures } = await stage({ desk: loads, lab: loads }, load, waits);
    expect(figures).toMatchObject({ answered: 8, failed: 0 });
    expect(figures.servers.reduce((sum, server) => sum + server.loads, 0)).toBe(1);
  });

  test("is not looked at any more when the last who waits for it has left (llama-swap#727)", async () => {
    const { figures, providers } = await stage(
      { desk: loads },
      many(5, "gone", () => ({ atMs: 0, leavesAfterMs: 1500 })),
      waits,
    );
    expect(figures).toMatchObject({ left: 5, atEnd: NOTHING_LEFT });
    expect(providers[0]?.looks).toBeLessThan(5);
  });
});

describe("a backend that takes requests and never answers", () => {
  test("hangs nobody but those it has taken, and those go elsewhere (production-stack#749, #706)", async () => {
    const dead = { troubles: [{ kind: "silent", fromMs: 0, untilMs: 24 * HOUR_MS }] } as const;
    const load = many(200, "someone", (n) => ({ atMs: n * 250 }));
    const { callsTo, figures, journal } = await stage({ dead, well: {}, good: {} }, load);
    expect(figures).toMatchObject({ answered: 200, failed: 0, cut: 0, atEnd: NOTHING_LEFT });
    const delayed = journal.filter(({ what, server }) => what === "called" && server === "dead").length;
    expect(delayed).toBe(callsTo["dead"]);
    expect(delayed).toBeLessThan(12);
  });
});

describe("the index of conversations", () => {
  test("stays within its bytes over a million of them (production-stack#687)", () => {
    const index = new AffinityIndex(1024 * 1024);
    let most = 0;
    for (let n = 0; n < 1_000_000; n += 1) {
      index.set("chat", `conversation-${n}`, `server-${n % 8}/chat`);
      if (n % 1000 === 0) most = Math.max(most, index.bytes);
    }
    expect(most).toBeLessThanOrEqual(1024 * 1024);
    expect(index.get("chat", "conversation-999999")).toBe("server-7/chat");
    expect(index.get("chat", "conversation-0")).toBeUndefined();
  });
});

describe("many at once", () => {
  test("five thousand streams at the same time are all counted, and all end (production-stack#448)", async () => {
    const large = { slots: 2000 };
    const { figures } = await stage(
      { a: large, b: large, c: large },
      many(5000, "stream", (n) => ({ atMs: n * 0.1, outputTokens: 1000 })),
    );
    expect(figures).toMatchObject({ answered: 5000, failed: 0, overSlots: 0, atEnd: NOTHING_LEFT });
    expect(figures.servers.reduce((sum, { maxRunning }) => sum + maxRunning, 0)).toBe(5000);
  });

  test("a hundred that come in the same millisecond are spread, since each is counted when it is sent (sglang#15473, #27547)", async () => {
    const unknown = { slots: 100, slotsKnown: false };
    const { callsTo } = await stage(
      { a: unknown, b: unknown, c: unknown, d: unknown },
      many(100, "burst", () => ({ atMs: 0 })),
    );
    expect(Math.max(...Object.values(callsTo))).toBeLessThanOrEqual(35);
    expect(Math.min(...Object.values(callsTo))).toBeGreaterThanOrEqual(15);
  });

  test("a new conversation goes to the least loaded, not to whom the others went (sglang#14532)", async () => {
    const wide = { slots: 16 };
    const load = [
      { atMs: 0, conversation: "first" },
      ...many(7, "first", () => ({ atMs: 2000, conversation: "first", outputTokens: 3000 })),
      ...many(4, "new", (n) => ({ atMs: 5000 + n })),
    ];
    const { calls } = await stage({ a: wide, b: wide }, load);
    const [busy] = calls("first");
    for (let n = 0; n < 4; n += 1) expect(calls(`new-${n}`)).toEqual([busy === "a" ? "b" : "a"]);
  });
});

describe("a conversation", () => {
  test("stays where its prompt is while another server is a little less busy (sglang#32195)", async () => {
    const load = [
      { atMs: 0, conversation: "mine" },
      ...many(2, "other", (n) => ({ atMs: 100 + n, outputTokens: 4000 })),
      { atMs: 5000, conversation: "mine", promptTokens: 1200 },
    ];
    const { calls, journal } = await stage({ a: {}, b: {} }, load);
    const [first, second] = calls("mine");
    expect(second).toBe(first);
    const cached = journal.findLast(
      ({ conversation, what }) => conversation === "mine" && what === "content",
    )?.cachedTokens;
    expect(cached).toBe(1100);
  });

  test("stays with one server through a loop of tools, whoever is idle meanwhile (semantic-router#2503)", async () => {
    const loop = Array.from({ length: 25 }, (_, n) => ({
      atMs: n * 3000,
      conversation: "agent",
      promptTokens: 1000 + n * 50,
    }));
    const others = many(100, "other", (n) => ({ atMs: 300 + n * 600 }));
    const { calls } = await stage({ a: {}, b: {}, c: {} }, [...loop, ...others]);
    expect(new Set(calls("agent")).size).toBe(1);
    expect(calls("agent")).toHaveLength(25);
  });

  test("waits a moment for a full server that holds its prompt, rather than have all of it read anew elsewhere", async () => {
    const load = [
      { atMs: 0, conversation: "mine", promptTokens: 8000 },
      // Meanwhile the other server is busy, so that a second conversation comes to the same one.
      { atMs: 100, conversation: "other", outputTokens: 2500 },
      { atMs: 12_000, conversation: "neighbour" },
      { atMs: 40_000, conversation: "neighbour", promptTokens: 1200 },
      { atMs: 40_500, conversation: "mine", promptTokens: 8300 },
    ];
    const { calls, journal } = await stage({ a: { slots: 1 }, b: { slots: 1 } }, load);
    const [home] = calls("mine");
    expect([calls("mine"), calls("neighbour")]).toEqual([
      [home, home],
      [home, home],
    ]);
    const last = journal.findLast(({ conversation, what }) => conversation === "mine" && what === "content");
    expect(last).toMatchObject({ cachedTokens: 8100 });
    // The neighbour's answer takes a little more than a second, and reading the prompt anew would take eight.
    expect(last?.atMs).toBeLessThan(42_000);
  });

  test("that nobody can name is balanced like any request, and never hangs (ray#64326)", async () => {
    const load = many(60, "nameless", (n) => ({ atMs: n * 200, session: undefined }));
    const { callsTo, figures, live } = await stage({ a: {}, b: {}, c: {} }, load);
    expect(figures).toMatchObject({ answered: 60, failed: 0 });
    expect(Math.min(...Object.values(callsTo))).toBeGreaterThan(10);
    expect(live.affinity.size).toBe(0);
  });
});

describe("a server that others use too", () => {
  test("is left alone while it says that it is full (smg#1621)", async () => {
    const shared = { slots: 8, troubles: [{ kind: "shared", slots: 8, fromMs: 0, untilMs: HOUR_MS }] } as const;
    const load = many(100, "someone", (n) => ({ atMs: 5000 + n * 300, session: undefined }));
    const options = { strategy: "least-busy", plan: { probeMs: 1000 } } as const;
    const { callsTo, figures } = await stage({ shared, own: { slots: 16 } }, load, options);
    expect(callsTo).toEqual({ shared: 0, own: 100 });
    expect(figures).toMatchObject({ answered: 100, failed: 0 });
  });
});

describe("failures", () => {
  test("calls that were tried again elsewhere are not counted for ever (vllm-router#211)", async () => {
    const failing = { troubles: [{ kind: "errors", share: 0.5, fromMs: 0, untilMs: HOUR_MS }] } as const;
    const { figures } = await stage(
      { failing, well: {} },
      many(300, "someone", (n) => ({ atMs: n * 400, session: undefined })),
    );
    expect(figures.calls).toBeGreaterThan(300);
    expect(figures).toMatchObject({ answered: 300, failed: 0, atEnd: NOTHING_LEFT });
  });

  test("a route that a server does not have is no ill health of its other routes (CLIProxyAPI#4410)", async () => {
    const failure = failureOf("route_not_found", "There is no such route.", { upstream: { status: 404 } });
    const lacking = { troubles: [{ kind: "errors", share: 0.9, failure, fromMs: 0, untilMs: HOUR_MS }] } as const;
    const load = many(300, "someone", (n) => ({ atMs: n * 1000, session: undefined }));
    const { callsTo, figures } = await stage({ lacking, well: {} }, load, { strategy: "round-robin" });
    expect(callsTo["lacking"]).toBe(150);
    expect(figures).toMatchObject({ answered: 300, failed: 0, atEnd: NOTHING_LEFT });
  });

  test("a server that is back is used again within seconds (olla#13)", async () => {
    const gone = { troubles: [{ kind: "down", fromMs: 10_000, untilMs: 300_000 }] } as const;
    const load = many(3000, "someone", (n) => ({ atMs: n * 150, session: undefined }));
    const { figures, journal } = await stage({ gone, well: { slots: 16 } }, load, { plan: { probeMs: 5000 } });
    const backMs = journal.find(({ atMs, server }) => server === "gone" && atMs >= 300_000)?.atMs ?? Infinity;
    expect(backMs).toBeLessThan(310_000);
    expect(figures.failed).toBe(0);
  });

  test("who waits elsewhere meanwhile is let in as soon as it is back, step by step", async () => {
    const load = [
      ...many(8, "long", () => ({ atMs: 0, outputTokens: 5000 })),
      ...many(4, "new", (n) => ({ atMs: 5000 + n })),
    ];
    const gone = { slots: 8, troubles: [{ kind: "down", fromMs: 0, untilMs: 4000 }] } as const;
    const { calls, journal } = await stage({ busy: { slots: 8 }, gone }, load, { plan: { probeMs: 500 } });
    const firsts = journal.filter(({ conversation, what }) => what === "content" && conversation.startsWith("new"));
    expect([0, 1, 2, 3].flatMap((n) => calls(`new-${n}`))).toEqual(["gone", "gone", "gone", "gone"]);
    // Those of the other server take until the 51st second.
    expect(Math.max(...firsts.map(({ atMs }) => atMs))).toBeLessThan(15_000);
  });

  test("and without active checks within the time that a breaker stays open", async () => {
    const gone = { troubles: [{ kind: "down", fromMs: 10_000, untilMs: 300_000 }] } as const;
    const load = many(3000, "someone", (n) => ({ atMs: n * 150, session: undefined }));
    const { journal } = await stage({ gone, well: { slots: 16 } }, load);
    const backMs = journal.find(({ atMs, server }) => server === "gone" && atMs >= 300_000)?.atMs ?? Infinity;
    expect(backMs).toBeLessThan(340_000);
  });
});
