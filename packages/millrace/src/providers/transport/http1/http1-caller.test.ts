import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../../conformance/fake-clock.ts";
import { head, jsonReply, wholeReply } from "../../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  gate,
  type Script,
  type ScriptedUpstream,
} from "../../../conformance/scripted-upstream/scripted-upstream.ts";
import { Cancellation } from "../../../model/cancellation.ts";
import { ProviderError } from "../../../model/errors.ts";
import type { Call } from "../call.ts";
import { readBody } from "../read-body.ts";
import type { TransportRequest } from "../transport.ts";
import { Http1Caller } from "./http1-caller.ts";

const TIMEOUTS = { connect: 1_000, firstByte: 10_000, firstContent: 20_000, idle: 5_000 };

/** Idle connections are looked for this often. */
const SWEEP_MS = 250;

let clock: FakeClock;
let idleClock: FakeClock;
let caller: Http1Caller;
let upstream: ScriptedUpstream | undefined;

beforeEach(() => {
  clock = new FakeClock();
  idleClock = new FakeClock();
  caller = new Http1Caller({ clock, idleClock });
  upstream = undefined;
});
afterEach(async () => {
  await caller.close();
  await upstream?.close();
});

async function serving(script: Script): Promise<ScriptedUpstream> {
  upstream = await createScriptedUpstream(script);
  return upstream;
}

function call(url: string, more: Partial<TransportRequest> = {}): Call {
  return caller.call({ method: "POST", url, headers: {}, body: "{}", timeouts: TIMEOUTS, ...more });
}

async function textOf(one: Call): Promise<string> {
  const { body } = await one.reply;
  return Buffer.from(await readBody(body, { maxBytes: 1e9 })).toString();
}

async function kindOf(one: Call): Promise<string> {
  const error: unknown = await one.reply.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return (error as ProviderError).kind;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a reply is of the request before it, and of no other", () => {
  const STRAY = jsonReply(200, { stray: true });

  test("what comes behind a reply ends the connection", async () => {
    const server = await serving((exchange, index) =>
      exchange.send(index === 0 ? Buffer.concat([jsonReply(200, { index }), STRAY]) : jsonReply(200, { index })),
    );
    expect(await textOf(call(server.url))).toBe('{"index":0}');
    expect(await textOf(call(server.url))).toBe('{"index":1}');
    expect(server.connections).toBe(2);
  });

  test("so does what comes while nothing is asked", async () => {
    const server = await serving(async (exchange, index) => {
      await exchange.sendPieces(index === 0 ? [jsonReply(200, { index }), STRAY] : [jsonReply(200, { index })]);
    });
    expect(await textOf(call(server.url))).toBe('{"index":0}');
    await (
      await server.exchange(0)
    ).closed;
    expect(await textOf(call(server.url))).toBe('{"index":1}');
    expect(server.connections).toBe(2);
  });

  test("and what is there already when the next request is about to go out: that one takes another", async () => {
    const written = gate();
    const server = await serving(async (exchange, index) => {
      await exchange.send(jsonReply(200, { index }));
      if (index > 0) return;
      await written.opened;
      await exchange.send(STRAY);
    });
    expect(await textOf(call(server.url))).toBe('{"index":0}');
    written.open();
    expect(await textOf(call(server.url))).toBe('{"index":1}');
    expect(server.connections).toBe(2);
    expect(server.exchanges).toHaveLength(2);
  });
});

describe("a connection that dies under its second request", () => {
  test("before a byte of the reply: whoever asked may ask again", async () => {
    const server = await serving((exchange, index) => (index === 1 ? exchange.reset() : exchange.json({})));
    await textOf(call(server.url));
    const second = call(server.url);
    expect(await kindOf(second)).toBe("connection");
    expect(second.metStaleConnection).toBe(true);
  });

  test.each([
    ["behind a byte of the reply", "H"],
    ["behind an interim response", "HTTP/1.1 103 X\r\n\r\n"],
  ])("%s: the server had begun to answer", async (_where, bytes) => {
    const server = await serving(async (exchange, index) => {
      if (index === 0) return exchange.json({});
      await exchange.sendPieces([bytes]);
      exchange.close();
    });
    await textOf(call(server.url));
    const second = call(server.url);
    expect(await kindOf(second)).toBe("connection");
    expect(second.metStaleConnection).toBe(false);
  });
});

describe("an idle connection", () => {
  test("is closed after 4 s, and nothing is left", async () => {
    const server = await serving((exchange) => exchange.json({}));
    await textOf(call(server.url));
    idleClock.advance(3_999);
    await textOf(call(server.url));
    idleClock.advance(3_999);
    await turn();
    expect(server.openSockets).toBe(1);
    idleClock.advance(SWEEP_MS);
    await (
      await server.exchange(0)
    ).closed;
    expect([idleClock.pending, clock.pending, server.connections]).toEqual([0, 0, 1]);
  });

  test("is closed earlier where the server says so, and not used where it leaves no time", async () => {
    const server = await serving((exchange, index) =>
      exchange.json({}, 200, { "keep-alive": index === 0 ? "timeout=3" : "timeout=1" }),
    );
    await textOf(call(server.url));
    idleClock.advance(2_000);
    await (
      await server.exchange(0)
    ).closed;
    await textOf(call(server.url));
    await (
      await server.exchange(1)
    ).closed;
  });

  test("keeps no process alive, and one that carries a call does", async () => {
    const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
    const answers = [gate(), gate()];
    const server = await serving(async (exchange, index) => {
      await answers[index]?.opened;
      await exchange.json({});
    });
    const counts: number[] = [];
    for (const [index, answer] of answers.entries()) {
      const one = call(server.url);
      await server.exchange(index);
      counts.push(sockets());
      answer.open();
      await textOf(one);
      counts.push(sockets());
    }
    const [busy = 0] = counts;
    expect(counts).toEqual([busy, busy - 1, busy, busy - 1]);
  });

  test("of one server is none of another's", async () => {
    const other = await createScriptedUpstream((exchange) => exchange.json({}));
    const server = await serving((exchange) => exchange.json({}));
    await textOf(call(server.url));
    await textOf(call(other.url));
    expect([server.connections, other.connections]).toEqual([1, 1]);
    await other.close();
  });

  test("is closed with the caller", async () => {
    const server = await serving((exchange) => exchange.json({}));
    await textOf(call(server.url));
    await caller.close();
    await (
      await server.exchange(0)
    ).closed;
    expect(idleClock.pending).toBe(0);
  });
});

describe("leaving, or running out of time", () => {
  test("while it connects: no request goes out", async () => {
    const server = await serving((exchange) => exchange.json({}));
    const cancellation = new Cancellation();
    const first = call(server.url, { signal: cancellation });
    cancellation.cancel();
    expect(await kindOf(first)).toBe("cancelled");
    await textOf(call(server.url));
    expect(server.exchanges).toHaveLength(1);
  });

  test("while it connects: the connect limit", async () => {
    const server = await serving((exchange) => exchange.json({}));
    const first = call(server.url);
    clock.advance(TIMEOUTS.connect);
    const error: unknown = await first.reply.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ failure: { kind: "timeout", timeoutPhase: "connect" } });
    expect(server.exchanges).toHaveLength(0);
  });

  test("with an idle connection in hand, before the request goes out: nothing is sent", async () => {
    const server = await serving((exchange) => exchange.json({}));
    await textOf(call(server.url));
    const cancellation = new Cancellation();
    const second = call(server.url, { signal: cancellation });
    cancellation.cancel();
    expect(await kindOf(second)).toBe("cancelled");
    await (
      await server.exchange(0)
    ).closed;
    expect(server.exchanges).toHaveLength(1);
  });
});

test("a reader who is slow with the end of a reply does not hold the next one back", async () => {
  const [most, last] = [Buffer.alloc(200 * 1024, "x"), Buffer.alloc(60 * 1024, "x")];
  const rest = gate();
  const server = await serving(async (exchange, index) => {
    if (index > 0) return exchange.send(wholeReply(200, "y"));
    await exchange.send(head(200, { "content-length": String(most.length + last.length) }));
    await exchange.send(most);
    await rest.opened;
    // With these, more is held than ought to be, and the reply is complete.
    await exchange.send(last);
  });
  const first = await call(server.url).reply;
  for (let turns = 0; turns < 100; turns += 1) await turn();
  rest.open();
  while (idleClock.pending === 0) await turn();
  expect(await textOf(call(server.url))).toBe("y");
  expect(await readBody(first.body, { maxBytes: 1e9 })).toHaveLength(most.length + last.length);
  expect(await textOf(call(server.url))).toBe("y");
  expect(server.connections).toBe(1);
});

test("an answer before the request was read whole is given, and its connection not used again", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    // Answers the first bytes and reads no further.
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const connected = once(server, "connection") as Promise<[Socket]>;
  const { port } = server.address() as AddressInfo;
  const one = call(`http://127.0.0.1:${port}`, { body: Buffer.alloc(32 * 1024 * 1024) });
  expect((await one.reply).status).toBe(413);
  expect(await textOf(one)).toBe("no");
  const [socket] = await connected;
  // A reset is an end too.
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.resume();
  await closed;
  server.close();
});

test("a name with several addresses is reached on the one where it listens", async () => {
  const server = await serving((exchange) => exchange.json({ ok: true }));
  expect(await textOf(call(`http://localhost:${server.port}/`))).toBe('{"ok":true}');
});

test("a name that leads nowhere is a connection failure that names it", async () => {
  const error: unknown = await call("http://nowhere.invalid/").reply.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ kind: "connection" });
  expect((error as Error).message).toContain("nowhere.invalid");
});
