import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createScriptedUpstream, type ScriptedUpstream } from "./scripted-upstream.ts";

let upstream: ScriptedUpstream;
afterEach(() => upstream.close().catch(() => undefined));

test("requests are told apart and remembered, however they are cut", async () => {
  upstream = await createScriptedUpstream((exchange) => exchange.json({}));
  const socket = connect(upstream.port, "127.0.0.1");
  const bytes = "POST /a HTTP/1.1\r\nContent-Length: 2\r\nX-A: 1\r\n\r\nhiGET /b HTTP/1.1\r\n\r\n";
  for (const letter of bytes) socket.write(letter);
  const second = await upstream.exchange(1);
  expect(upstream.exchanges[0]?.request).toMatchObject({
    method: "POST",
    path: "/a",
    body: "hi",
    headers: { "x-a": "1" },
  });
  expect(second.request).toMatchObject({ method: "GET", path: "/b", body: "" });
  socket.destroy();
});

test("a chunked request body is put together", async () => {
  upstream = await createScriptedUpstream((exchange) => exchange.json({}));
  const socket = connect(upstream.port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  expect((await upstream.exchange(0)).request.body).toBe("abcde");
  socket.destroy();
});

test("exactly the given bytes are sent, and a reset is a reset", async () => {
  upstream = await createScriptedUpstream(async (exchange) => {
    await exchange.sendBytewise("not even HTTP");
    exchange.reset();
  });
  const socket = connect(upstream.port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.write("GET / HTTP/1.1\r\n\r\n");
  const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNRESET");
  expect(text).toBe("not even HTTP");
});

test("what never ends is sent no faster than the peer reads, and stops when it leaves", async () => {
  let sent = 0;
  function* endless(): Generator<Buffer> {
    for (;;) {
      sent += 1;
      yield Buffer.alloc(1024 * 1024);
    }
  }
  let stopped = (): void => undefined;
  const stop = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  upstream = await createScriptedUpstream(async (exchange) => {
    await exchange.sendWhileOpen(endless());
    stopped();
  });
  const socket = connect(upstream.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "readable");
  socket.destroy();
  await stop;
  // What the kernel's buffers hold, and no more.
  expect(sent).toBeLessThan(100);
});

test("it knows when the peer leaves", async () => {
  upstream = await createScriptedUpstream(() => undefined);
  const socket = connect(upstream.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\n\r\n");
  const exchange = await upstream.exchange(0);
  expect(exchange.isClosed).toBe(false);
  socket.destroy();
  await exchange.closed;
  expect(upstream.openSockets).toBe(0);
});

test("a script that throws fails the test that closes the upstream", async () => {
  upstream = await createScriptedUpstream(() => {
    throw new Error("a mistake in the script");
  });
  const socket = connect(upstream.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await upstream.exchange(0);
  await expect(upstream.close()).rejects.toThrow("A script of the upstream failed");
});
