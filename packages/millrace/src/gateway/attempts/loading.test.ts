import { afterEach, describe, expect, test } from "vitest";
import { fin as finish, text as delta } from "../../conformance/cases/replies.ts";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { DONE_EVENT } from "../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { HttpProvider } from "../../providers/http-provider.ts";
import type { CallOptions, StartWait } from "../../providers/provider.ts";
import { type CallScript, modelInfo, ScriptedProvider, whenAborted } from "../testing/scripted-provider.ts";
import { testGateway } from "../testing/test-gateway.ts";
import { answer, FAILED, HeldCall } from "./testing/calls.ts";
import { ASK, attemptsOf, type FastGateway, fastGateway, pass, settled } from "./testing/fast-gateway.ts";

const WAIT: StartWait = { loadingMs: 60_000, absentMs: 10_000 };

/** A server of which each wait for its start takes so long, and then comes to this. */
class StartingServer extends ScriptedProvider {
  starts: { readonly afterMs: number; readonly ready: boolean }[] = [];
  pass: (ms: number) => void = () => undefined;

  override async untilReady(_failure: unknown, wait: StartWait): Promise<boolean> {
    this.waits.push(wait);
    const start = this.starts.shift();
    if (start === undefined) return false;
    this.pass(start.afterMs);
    return start.ready;
  }
}

interface Servers extends FastGateway {
  readonly desk: StartingServer;
  readonly lab: StartingServer;
}

/** `desk`, then `lab`, which has this to say of its model. */
async function servers(
  calls: { readonly desk?: CallScript[]; readonly lab?: CallScript[] },
  {
    labState,
    local = true,
    ...plan
  }: Parameters<typeof fastGateway>[2] & {
    readonly labState?: ModelInfo["state"];
    readonly local?: boolean;
  } = {},
): Promise<Servers> {
  const desk = new StartingServer("desk", { calls: calls.desk ?? [] });
  const lab = new StartingServer("lab", { calls: calls.lab ?? [], local });
  lab.models = async () => [modelInfo("lab", "m", labState === undefined ? {} : { state: labState })];
  const setup = fastGateway([desk, lab], ["desk/m", "lab/m"], { startWait: WAIT, ...plan });
  for (const server of [desk, lab]) server.pass = (ms) => setup.clock.advance(ms);
  await setup.gateway.catalog.refresh();
  return { ...setup, desk, lab };
}

describe("while one target loads the model", () => {
  test("another is not made to load it too: the first is waited for", async () => {
    const setup = await servers({ desk: [FAILED.loading, answer("desk")] }, { labState: "unloaded" });
    setup.desk.starts = [{ afterMs: 20_000, ready: true }];
    expect((await setup.ask()).json).toEqual({ from: "desk" });
    expect(setup.lab.forwarded).toHaveLength(0);
  });

  test("another is asked that has it loaded", async () => {
    const setup = await servers({ desk: [FAILED.loading], lab: [answer("lab")] }, { labState: "ready" });
    expect((await setup.ask()).json).toEqual({ from: "lab" });
    expect(setup.desk.waits).toEqual([]);
  });

  test("another is asked that is no local server: it has nothing to load", async () => {
    const setup = await servers(
      { desk: [FAILED.loading], lab: [answer("lab")] },
      { labState: "unloaded", local: false },
    );
    expect((await setup.ask()).json).toEqual({ from: "lab" });
  });

  test("another is made to load it where the configuration says so", async () => {
    const options = { labState: "unloaded", loadElsewhere: true } as const;
    const setup = await servers({ desk: [FAILED.loading], lab: [answer("lab")] }, options);
    expect((await setup.ask()).json).toEqual({ from: "lab" });
  });

  test("those who come later go to it, too", async () => {
    const lab = new ScriptedProvider("lab", { calls: [FAILED.loading, answer("lab")] });
    const desk = new ScriptedProvider("desk");
    desk.models = async () => [modelInfo("desk", "m", { state: "unloaded" })];
    const { ask, gateway } = fastGateway([desk, lab], ["desk/m", "lab/m"]);
    await gateway.catalog.refresh();
    await ask({ model: "lab/m" });
    expect((await ask()).json).toEqual({ from: "lab" });
    expect(desk.forwarded).toHaveLength(0);
  });

  test("a failure that has nothing to do with loading moves on all the same", async () => {
    const setup = await servers({ desk: [FAILED.server], lab: [answer("lab")] }, { labState: "unloaded" });
    expect((await setup.ask()).json).toEqual({ from: "lab" });
  });
});

describe("a target that has started", () => {
  test("goes before those that were left alone, and these are asked when it fails", async () => {
    const setup = await servers(
      { desk: [FAILED.loading, FAILED.server], lab: [answer("lab")] },
      { labState: "unloaded" },
    );
    setup.desk.starts = [{ afterMs: 20_000, ready: true }];
    expect((await setup.ask()).json).toEqual({ from: "lab" });
    expect(attemptsOf(setup.records[0])).toEqual(["desk failed loading", "desk failed server", "lab answered"]);
  });

  test("has its place waited for, too, before another is made to load", async () => {
    const busy = new HeldCall();
    const setup = await servers(
      { desk: [FAILED.loading, busy.script, answer("desk")] },
      { labState: "unloaded", slots: new Map([["desk", 1]]) },
    );
    let start = (_ready: boolean): void => undefined;
    setup.desk.untilReady = () => new Promise((resolve) => (start = resolve));
    const waiting = await setup.begin();
    const other = await setup.begin({ model: "desk/m" });
    expect(setup.desk.forwarded).toHaveLength(2);
    start(true);
    await settled();
    expect(waiting.client.ended).toBe(false);
    busy.answer();
    await Promise.all([waiting.done, other.done]);
    expect(waiting.client.json).toEqual({ from: "desk" });
    expect(setup.lab.forwarded).toHaveLength(0);
  });

  test("is asked though another still loads", async () => {
    const setup = await servers(
      { desk: [FAILED.loading, answer("desk")], lab: [FAILED.loading] },
      { labState: "ready" },
    );
    setup.desk.starts = [{ afterMs: 20_000, ready: true }];
    setup.desk.models = async () => [modelInfo("desk", "m", { state: "unloaded" })];
    await setup.gateway.catalog.refresh();
    expect((await setup.ask()).json).toEqual({ from: "desk" });
  });
});

describe("a request waits for servers that start", () => {
  test("no longer in all than for one of them", async () => {
    const setup = await servers({ desk: [FAILED.loading], lab: [FAILED.loading] });
    setup.desk.starts = [{ afterMs: 50_000, ready: false }];
    const client = await setup.ask();
    expect(client.status).toBe(503);
    expect(setup.desk.waits).toMatchObject([{ loadingMs: 60_000 }]);
    expect(setup.lab.waits).toMatchObject([{ loadingMs: 10_000 }]);
  });

  test("no longer where one says again that it loads", async () => {
    const setup = await servers({ desk: [FAILED.loading, FAILED.loading, answer("desk")], lab: [FAILED.server] });
    setup.desk.starts = [
      { afterMs: 40_000, ready: true },
      { afterMs: 5_000, ready: true },
    ];
    expect((await setup.ask()).json).toEqual({ from: "desk" });
    expect(setup.desk.waits.map(({ loadingMs }) => loadingMs)).toEqual([60_000, 20_000]);
  });

  test("not at all when it may call nobody any more", async () => {
    const setup = await servers({ desk: [FAILED.loading], lab: [FAILED.server] }, { maxAttempts: 2 });
    const client = await setup.ask();
    expect(client.json).toMatchObject({ error: { code: "loading" } });
    expect(setup.desk.waits).toEqual([]);
  });

  test("until the client leaves: then nobody looks at the server any more", async () => {
    const setup = await servers({ desk: [FAILED.loading], lab: [FAILED.server] });
    let stopped = false;
    setup.desk.untilReady = (_failure, _wait, { signal }: CallOptions = {}) => {
      signal?.addEventListener("abort", () => (stopped = true));
      return whenAborted(signal);
    };
    const { client, done } = await setup.begin();
    client.leave();
    await done;
    expect(stopped).toBe(true);
    expect(setup.records).toMatchObject([{ outcome: "cancelled", failure: { code: "client_closed" } }]);
    expect(attemptsOf(setup.records[0])).toEqual(["desk failed loading", "lab failed server"]);
    expect(setup.gateway.inFlight).toBe(0);
  });
});

describe("a local server that is not there yet", () => {
  const upstreams: ScriptedUpstream[] = [];
  const providers: HttpProvider[] = [];
  afterEach(async () => {
    await Promise.all(providers.splice(0).map((provider) => provider.close()));
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  });

  /** A gateway before a server where nobody listens at first. */
  async function absent(absentMs: number) {
    const clock = new FakeClock();
    const upstream = await createScriptedUpstream((exchange) =>
      exchange.request.method === "GET"
        ? exchange.json({ data: [{ id: "m" }] })
        : exchange.stream([delta("here"), finish(), DONE_EVENT]),
    );
    upstreams.push(upstream);
    const timeouts = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };
    const desk = new HttpProvider({ name: "desk", baseUrl: upstream.url, clock, timeouts });
    providers.push(desk);
    await upstream.stopListening();
    const setup = testGateway(clock, [desk], { models: { fast: ["desk/m"] }, startWait: { loadingMs: 0, absentMs } });
    return { clock, upstream, ...setup, ...setup.start({ body: { ...ASK, stream: true } }) };
  }

  test("is waited for where the configuration says so", async () => {
    const { clock, upstream, client, done, records } = await absent(10_000);
    while (clock.pending === 0) await settled();
    await upstream.listenAgain();
    let over = false;
    void done.then(() => (over = true));
    while (!over) await pass(clock, 250);
    expect(client.text).toContain("here");
    expect(attemptsOf(records[0])).toEqual(["desk failed connection", "desk answered"]);
  });

  test("is not waited for unless it does", async () => {
    const { client, done } = await absent(0);
    await done;
    expect(client.status).toBe(502);
  });
});
