import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import {
  chunk,
  head,
  jsonReply,
  LAST_CHUNK,
  streamHead,
  wholeReply,
} from "../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  gate,
  type Script,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { Clock } from "../../model/clock.ts";
import { ProviderError } from "../../model/errors.ts";
import { createHttpTransport, HttpTransport } from "./http-transport.ts";
import { readBody } from "./read-body.ts";
import type { Transport, TransportReply, TransportRequest } from "./transport.ts";
import { UndiciCaller } from "./undici-caller.ts";

const TIMEOUTS = { connect: 1_000, firstByte: 10_000, firstContent: 20_000, idle: 5_000 };

let clock: FakeClock;
let transport: Transport;
let upstream: ScriptedUpstream | undefined;

beforeEach(() => {
  clock = new FakeClock();
  upstream = undefined;
});
afterEach(async () => {
  await transport.close();
  await upstream?.close();
});

async function serving(script: Script): Promise<ScriptedUpstream> {
  upstream = await createScriptedUpstream(script);
  return upstream;
}

function request(url: string, more: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/json" },
    body: "{}",
    timeouts: TIMEOUTS,
    ...more,
  };
}

async function textOf(reply: TransportReply): Promise<string> {
  return Buffer.from(await readBody(reply.body, { maxBytes: 1e9 })).toString("utf8");
}

/** A connection is free again one turn of the event loop after its reply ended. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

/** Whoever carries a request, nothing else changes. */
const WAYS: readonly [name: string, create: (clock: Clock) => Transport][] = [
  ["connections of our own", (clock) => createHttpTransport({ clock })],
  [
    "undici",
    (clock) => {
      const undici = new UndiciCaller({ clock });
      return new HttpTransport({ http: undici, other: undici });
    },
  ],
];

describe.each(WAYS)("by %s", (_name, create) => {
  beforeEach(() => {
    transport = create(clock);
  });

  describe("a request and its reply", () => {
    test("method, path, headers and body arrive as they were given", async () => {
      const { url, exchanges } = await serving((exchange) =>
        exchange.json({ ok: true }, 200, { "x-request-id": "r1" }),
      );
      const reply = await transport.send(
        request(`${url}/v1/x?y=1`, { headers: { authorization: "Bearer k" }, body: '{"a":1}' }),
      );
      expect(reply.status).toBe(200);
      expect(reply.headers["x-request-id"]).toBe("r1");
      expect(await textOf(reply)).toBe('{"ok":true}');
      const received = exchanges[0]?.request;
      expect(received).toMatchObject({ method: "POST", path: "/v1/x?y=1", body: '{"a":1}' });
      expect(received?.headers["authorization"]).toBe("Bearer k");
    });

    test("a body in pieces is one body", async () => {
      const { url, exchanges } = await serving((exchange) => exchange.json({}));
      const large = Buffer.alloc(300_000, "x");
      const small = [Buffer.from("{"), Buffer.from("ü")];
      const huge = Buffer.alloc(3_000_000, "y");
      for (const body of [small, [...small, large], [], [...small, huge]]) {
        await textOf(await transport.send(request(url, { body })));
      }
      expect(exchanges.map((exchange) => exchange.request.body)).toEqual([
        "{ü",
        `{ü${large.toString()}`,
        "",
        `{ü${huge.toString()}`,
      ]);
      expect(exchanges.map((exchange) => exchange.request.headers["content-length"])).toEqual([
        "3",
        "300003",
        "0",
        "3000003",
      ]);
    });

    test("a GET has no body and says so", async () => {
      const { url, exchanges } = await serving((exchange) => exchange.json({}));
      await textOf(await transport.send({ method: "GET", url, headers: {}, timeouts: TIMEOUTS }));
      expect(exchanges[0]?.request.rawHead).not.toContain("content-length");
    });

    test.each([
      ["a line break in a value", { "x-a": "1\r\nx-evil: 1" }],
      ["a NUL in a value", { "x-a": "1\0" }],
      ["a line break in a name", { "x-a: 1\r\nx-evil": "1" }],
      ["a framing of its own", { "transfer-encoding": "chunked" }],
      ["a length that is not the body's", { "content-length": "1" }],
    ])("%s is not sent", async (_what, headers) => {
      const server = await serving((exchange) => exchange.json({}));
      expect((await failureOf(transport.send(request(server.url, { headers })))).kind).toBe("connection");
      expect(server.exchanges).toHaveLength(0);
    });

    test("an error status is a reply like any other", async () => {
      const { url } = await serving((exchange) => exchange.json({ error: "no" }, 500));
      expect((await transport.send(request(url))).status).toBe(500);
    });

    test("interim responses without end are no reply", async () => {
      const { url } = await serving((exchange) =>
        exchange.sendWhileOpen(Array(2000).fill("HTTP/1.1 103 Early Hints\r\n\r\n")),
      );
      expect((await failureOf(transport.send(request(url)))).message).toContain("1xx");
    });

    test("interim responses are not the reply", async () => {
      const { url } = await serving(async (exchange) => {
        await exchange.send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n");
        await exchange.json({ ok: true });
      });
      expect((await transport.send(request(url))).status).toBe(200);
    });

    test("a Unix socket is reached through its file", async () => {
      const folder = mkdtempSync(join(tmpdir(), "millrace-"));
      const file = join(folder, "model.sock");
      const server = createServer((_message, response) => response.end("here"));
      server.listen(file);
      await once(server, "listening");
      try {
        expect(await textOf(await transport.send(request(`http+unix://${encodeURIComponent(file)}/v1/models`)))).toBe(
          "here",
        );
      } finally {
        server.close();
        rmSync(folder, { recursive: true });
      }
    });

    test("case 86: HTTP/1.0, ended by closing the connection", async () => {
      const { url } = await serving(async (exchange) => {
        await exchange.send(head(200, { "content-type": "text/event-stream" }, "HTTP/1.0"));
        await exchange.send("data: [DONE]\n\n");
        exchange.close();
      });
      expect(await textOf(await transport.send(request(url)))).toBe("data: [DONE]\n\n");
    });
  });

  describe("connections", () => {
    test("are kept and used again", async () => {
      const server = await serving((exchange) => exchange.json({}));
      for (let i = 0; i < 5; i += 1) {
        await textOf(await transport.send(request(server.url)));
        await turn();
      }
      expect(server.connections).toBe(1);
    });

    test("case 80: after a reply with connection: close the next request takes a new one", async () => {
      const server = await serving(async (exchange) => {
        await exchange.send(jsonReply(400, {}, { connection: "close" }));
        exchange.close();
      });
      for (let i = 0; i < 3; i += 1) expect((await transport.send(request(server.url))).status).toBe(400);
    });

    test("case 81: a pooled one that dies as we write costs nobody anything: one silent retry", async () => {
      const server = await serving((exchange, index) => (index === 1 ? exchange.reset() : exchange.json({ index })));
      await textOf(await transport.send(request(server.url)));
      await turn();
      expect(await textOf(await transport.send(request(server.url)))).toBe('{"index":2}');
    });

    test("case 82: a fresh one that dies before a reply is a connection failure, not sent again", async () => {
      const server = await serving((exchange) => exchange.reset());
      const error = await failureOf(transport.send(request(server.url)));
      expect(error).toMatchObject({ kind: "connection", retryable: true });
      expect(server.exchanges).toHaveLength(1);
    });

    test("a port where nothing listens is named, with what to do", async () => {
      const server = await serving(() => undefined);
      const { port } = server;
      await server.close();
      upstream = undefined;
      const error = await failureOf(transport.send(request(`http://127.0.0.1:${port}`)));
      expect(error.kind).toBe("connection");
      expect(error.message).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}.*ECONNREFUSED.*is the server running`));
    });

    test("what is no HTTP is a protocol failure", async () => {
      const server = await serving((exchange) => exchange.send("SSH-2.0-OpenSSH_9.2\r\n"));
      const error = await failureOf(transport.send(request(server.url)));
      expect(error.kind).toBe("protocol");
    });

    test("headers without end are bounded", async () => {
      const server = await serving((exchange) =>
        exchange.send(`HTTP/1.1 200 OK\r\n${"x-a: 0123456789\r\n".repeat(10_000)}`),
      );
      const error = await failureOf(transport.send(request(server.url)));
      expect(error.kind).toBe("protocol");
      expect(error.message).toContain("more headers");
    });
  });

  describe("replies that are cut", () => {
    test.each<[string, Script]>([
      [
        "case 85: shorter than its content-length",
        async (exchange) => {
          await exchange.send(head(200, { "content-length": "100" }) + "short");
          exchange.close();
        },
      ],
      [
        "case 85: chunked, without the last chunk",
        async (exchange) => {
          await exchange.send(streamHead());
          await exchange.send(chunk("data: x\n\n"));
          exchange.close();
        },
      ],
      [
        "case 84: reset in the middle",
        async (exchange) => {
          await exchange.send(streamHead());
          await exchange.sendPieces([chunk("data: x\n\n")]);
          exchange.reset();
        },
      ],
      [
        "case 83: reset after the headers",
        async (exchange) => {
          await exchange.sendPieces([streamHead()]);
          exchange.reset();
        },
      ],
    ])("%s → truncated", async (_title, script) => {
      const { url } = await serving(script);
      expect((await failureOf(transport.send(request(url)).then(textOf))).kind).toBe("truncated");
    });

    test("what came before the cut is given first", async () => {
      const { url } = await serving(async (exchange) => {
        await exchange.send(streamHead());
        await exchange.sendPieces([chunk("one"), chunk("two")]);
        exchange.reset();
      });
      const reply = await transport.send(request(url));
      let text = "";
      const read = async (): Promise<void> => {
        for await (const bytes of reply.body) text += Buffer.from(bytes).toString();
      };
      expect((await failureOf(read())).kind).toBe("truncated");
      expect(text).toBe("onetwo");
    });
  });

  describe("S18: each clock ends the call and says which it was", () => {
    test("first byte", async () => {
      const server = await serving(() => undefined);
      const sent = transport.send(request(server.url));
      const exchange = await server.exchange(0);
      clock.advance(TIMEOUTS.firstByte);
      const error = await failureOf(sent);
      expect(error.failure).toMatchObject({ kind: "timeout", timeoutPhase: "first_byte" });
      expect(error.message).toContain("10000 ms");
      expect(error.message).toContain("timeouts.first_byte");
      await exchange.closed;
    });

    test("case 88: first content, although keep-alive comments come", async () => {
      const comment = gate();
      const server = await serving(async (exchange) => {
        await exchange.send(streamHead());
        await comment.opened;
        await exchange.send(chunk(": keep-alive\n\n"));
      });
      const reply = await transport.send(request(server.url));
      const body = reply.body[Symbol.asyncIterator]();
      clock.advance(4_000);
      comment.open();
      await body.next();
      const next = body.next();
      for (let i = 0; i < 4; i += 1) clock.advance(4_000);
      expect((await failureOf(next)).failure.timeoutPhase).toBe("idle");
    });

    test("case 89: idle, in the middle of an answer", async () => {
      const server = await serving(async (exchange) => {
        await exchange.send(streamHead());
        await exchange.send(chunk("data: x\n\n"));
      });
      const reply = await transport.send(request(server.url));
      const body = reply.body[Symbol.asyncIterator]();
      await body.next();
      reply.body.contentSeen();
      const next = body.next();
      clock.advance(TIMEOUTS.idle);
      expect((await failureOf(next)).failure).toMatchObject({ kind: "timeout", timeoutPhase: "idle" });
      await (
        await server.exchange(0)
      ).closed;
    });

    test("first content, although bytes keep coming", async () => {
      const more = gate();
      const server = await serving(async (exchange) => {
        await exchange.send(streamHead());
        await more.opened;
        await exchange.send(chunk(": still here\n\n"));
      });
      const reply = await transport.send(request(server.url, { timeouts: { ...TIMEOUTS, idle: 0 } }));
      const body = reply.body[Symbol.asyncIterator]();
      more.open();
      await body.next();
      const next = body.next();
      clock.advance(TIMEOUTS.firstContent);
      expect((await failureOf(next)).failure.timeoutPhase).toBe("first_content");
    });

    test("a call that ended leaves no timer", async () => {
      const server = await serving((exchange) => exchange.json({}));
      await textOf(await transport.send(request(server.url)));
      expect(clock.pending).toBe(0);
    });
  });

  describe("S19, case 90: the caller can leave at any moment, and the upstream stops", () => {
    test("before it connects: nothing is sent", async () => {
      const server = await serving(() => undefined);
      const error = await failureOf(transport.send(request(server.url, { signal: AbortSignal.abort() })));
      expect(error.kind).toBe("cancelled");
      expect(server.connections).toBe(0);
    });

    test("while waiting for headers", async () => {
      const server = await serving(() => undefined);
      const caller = new AbortController();
      const sent = transport.send(request(server.url, { signal: caller.signal }));
      const exchange = await server.exchange(0);
      caller.abort();
      expect((await failureOf(sent)).kind).toBe("cancelled");
      await exchange.closed;
    });

    test("while a large request is on its way to a server that does not read it", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      const connected = once(server, "connection") as Promise<[Socket]>;
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const caller = new AbortController();
      const body = Buffer.alloc(32 * 1024 * 1024, "x");
      const sent = transport.send(request(`http://127.0.0.1:${port}`, { body, signal: caller.signal }));
      const [socket] = await connected;
      socket.pause();
      const closed = once(
        socket.on("error", () => undefined),
        "close",
      );
      caller.abort();
      expect((await failureOf(sent)).kind).toBe("cancelled");
      socket.resume();
      await closed;
      server.close();
    });

    test("in the middle of the body, while a read is waiting", async () => {
      const server = await serving((exchange) => exchange.send(streamHead()));
      const caller = new AbortController();
      const reply = await transport.send(request(server.url, { signal: caller.signal }));
      const next = reply.body[Symbol.asyncIterator]().next();
      caller.abort();
      expect((await failureOf(next)).kind).toBe("cancelled");
      await (
        await server.exchange(0)
      ).closed;
    });

    test("by leaving the iteration", async () => {
      const server = await serving(async (exchange) => {
        await exchange.send(streamHead());
        await exchange.send(chunk("data: x\n\n"));
      });
      const reply = await transport.send(request(server.url));
      for await (const _bytes of reply.body) break;
      await (
        await server.exchange(0)
      ).closed;
      expect(clock.pending).toBe(0);
    });

    test("after the end nothing happens", async () => {
      const server = await serving((exchange) => exchange.json({}));
      const caller = new AbortController();
      expect(await textOf(await transport.send(request(server.url, { signal: caller.signal })))).toBe("{}");
      caller.abort();
      await turn();
      expect((await transport.send(request(server.url))).status).toBe(200);
      expect(server.connections).toBe(1);
    });
  });

  test("a slow reader holds the upstream back instead of filling memory", async () => {
    const piece = chunk(Buffer.alloc(64 * 1024, "x"));
    let sent = 0;
    const server = await serving(async (exchange) => {
      await exchange.send(streamHead());
      while (!exchange.isClosed && sent < 1000) {
        await exchange.send(piece);
        sent += 1;
      }
    });
    const reply = await transport.send(request(server.url));
    const body = reply.body[Symbol.asyncIterator]();
    await body.next();
    // The writer stops when the kernel's buffers and ours are full; wait until it makes no more progress.
    let before = -1;
    while (before !== sent) {
      before = sent;
      for (let turns = 0; turns < 100; turns += 1) await turn();
    }
    expect(sent).toBeLessThan(500);
    await body.return?.();
  });

  describe("cases 59–61: redirects", () => {
    test.each([307, 308])("%i within the origin keeps method and body", async (status) => {
      const server = await serving((exchange, index) =>
        index === 0 ? exchange.send(wholeReply(status, "", { location: "/v1/there/" })) : exchange.json({ ok: true }),
      );
      expect((await transport.send(request(`${server.url}/v1/there`, { body: '{"a":1}' }))).status).toBe(200);
      expect(server.exchanges[1]?.request).toMatchObject({ method: "POST", path: "/v1/there/", body: '{"a":1}' });
    });

    test.each([301, 302, 303])("%i does not turn a POST into a GET", async (status) => {
      const server = await serving((exchange) => exchange.send(wholeReply(status, "", { location: "/login" })));
      const error = await failureOf(transport.send(request(server.url)));
      expect(error.kind).toBe("protocol");
      expect(error.message).toContain("/login");
      expect(server.exchanges).toHaveLength(1);
    });

    test("another origin never gets the credential", async () => {
      const other = await createScriptedUpstream((exchange) => exchange.json({}));
      const server = await serving((exchange) => exchange.send(wholeReply(307, "", { location: `${other.url}/v1` })));
      const error = await failureOf(
        transport.send(request(server.url, { headers: { authorization: "Bearer secret" } })),
      );
      expect(error.message).toContain(other.url);
      expect(other.connections).toBe(0);
      await other.close();
    });

    test("a circle of redirects ends", async () => {
      const server = await serving((exchange) => exchange.send(wholeReply(307, "", { location: "/again" })));
      expect((await failureOf(transport.send(request(server.url)))).message).toContain("redirects more than");
    });
  });

  describe("cases 57, 58: content codings", () => {
    const codings: [string, (bytes: Buffer) => Buffer][] = [
      ["gzip", (bytes) => zlib.gzipSync(bytes)],
      ["deflate", (bytes) => zlib.deflateSync(bytes)],
      ["br", (bytes) => zlib.brotliCompressSync(bytes)],
      ["zstd", (bytes) => zlib.zstdCompressSync(bytes)],
    ];

    test.each(codings)("%s is decoded", async (coding, encode) => {
      const { url } = await serving((exchange) =>
        exchange.send(wholeReply(200, encode(Buffer.from('{"ü":1}')), { "content-encoding": coding })),
      );
      expect(await textOf(await transport.send(request(url)))).toBe('{"ü":1}');
    });

    test("a stream that is flushed per event stays a stream", async () => {
      const next = gate();
      const { url } = await serving(async (exchange) => {
        const gzip = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH });
        const encoded = gzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
        await exchange.send(streamHead({ "content-encoding": "gzip" }));
        for (const text of ["data: 1\n\n", "data: 2\n\n"]) {
          gzip.write(text);
          gzip.flush();
          await exchange.send(chunk((await encoded.next()).value as Buffer));
          if (text.includes("1")) await next.opened;
        }
        gzip.end();
        for (let step = await encoded.next(); step.done !== true; step = await encoded.next())
          await exchange.send(chunk(step.value));
        await exchange.send(LAST_CHUNK);
      });
      const reply = await transport.send(request(url));
      let text = "";
      for await (const bytes of reply.body) {
        text += Buffer.from(bytes).toString();
        next.open();
      }
      expect(text).toBe("data: 1\n\ndata: 2\n\n");
    });

    test("a bomb is decoded only as fast as it is read, and the reader's limit ends it", async () => {
      const bomb = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024));
      const { url } = await serving((exchange) => exchange.send(wholeReply(200, bomb, { "content-encoding": "gzip" })));
      const reply = await transport.send(request(url));
      const error = await failureOf(readBody(reply.body, { maxBytes: 1024 * 1024 }));
      expect(error.kind).toBe("protocol");
    });

    test("a compressed reply that is cut is truncated; one that is garbage is a protocol failure", async () => {
      const { url } = await serving((exchange, index) => {
        const whole = zlib.gzipSync(Buffer.from("x".repeat(1000)));
        const bytes = index === 0 ? whole.subarray(0, whole.length - 8) : Buffer.from("not gzip at all");
        return exchange.send(wholeReply(200, bytes, { "content-encoding": "gzip" }));
      });
      expect((await failureOf(transport.send(request(url)).then(textOf))).kind).toBe("truncated");
      expect((await failureOf(transport.send(request(url)).then(textOf))).kind).toBe("protocol");
    });

    test("more layers than anyone needs are not taken off", async () => {
      const { url } = await serving((exchange) =>
        exchange.send(wholeReply(200, "x", { "content-encoding": "gzip, gzip, gzip, gzip, gzip" })),
      );
      expect((await failureOf(transport.send(request(url)))).kind).toBe("protocol");
    });

    test("a coding nobody knows is a protocol failure that names it", async () => {
      const { url } = await serving((exchange) =>
        exchange.send(wholeReply(200, "x", { "content-encoding": "snappy" })),
      );
      expect((await failureOf(transport.send(request(url)))).message).toContain("snappy");
    });
  });

  test("N12: a body over the limit is refused, or cut where a beginning is enough", async () => {
    const { url } = await serving((exchange) => exchange.send(wholeReply(200, "x".repeat(1000))));
    const refused = await transport.send(request(url));
    expect((await failureOf(readBody(refused.body, { maxBytes: 100 }))).kind).toBe("protocol");
    const cut = await transport.send(request(url));
    expect(await readBody(cut.body, { maxBytes: 100, cut: true })).toHaveLength(100);
  });

  test("closing the transport cancels what is in flight, and nothing more is sent", async () => {
    const server = await serving(() => undefined);
    const sent = failureOf(transport.send(request(server.url)));
    await server.exchange(0);
    await transport.close();
    expect((await sent).kind).toBe("cancelled");
    expect((await failureOf(transport.send(request(server.url)))).kind).toBe("cancelled");
  });
});
