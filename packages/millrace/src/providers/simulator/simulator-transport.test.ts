import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { JsonObject } from "../../model/json.ts";
import { errorOf } from "../http/testing/failing.ts";
import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";
import { createSimulatorTransport } from "./simulator-transport.ts";

const NO_LIMITS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

interface Open {
  readonly clock: FakeClock;
  readonly transport: Transport;
}

function open(): Open {
  const clock = new FakeClock();
  return { clock, transport: createSimulatorTransport(clock) };
}

function asking(prompt: string, more: Partial<TransportRequest> = {}, body: JsonObject = {}): TransportRequest {
  const messages = [{ role: "user", content: prompt }];
  return {
    method: "POST",
    url: "http://simulator.invalid/v1/chat/completions",
    headers: {},
    body: JSON.stringify({ model: "sim-chat", messages, stream: true, ...body }),
    timeouts: NO_LIMITS,
    ...more,
  };
}

function reader({ body }: TransportReply): AsyncIterator<Uint8Array> {
  return body[Symbol.asyncIterator]();
}

/** Resolves when that many timers are set. */
async function timersSet(clock: FakeClock, count: number): Promise<void> {
  while (clock.pending !== count) await new Promise((resolve) => setImmediate(resolve));
}

async function textOf({ body }: TransportReply): Promise<string> {
  let text = "";
  for await (const bytes of body) text += new TextDecoder().decode(bytes);
  return text;
}

describe("a call", () => {
  test("is answered, and leaves no timer behind", async () => {
    const { clock, transport } = open();
    const reply = await transport.send(asking("[[say a]]", { timeouts: { ...NO_LIMITS, firstByte: 5, idle: 5 } }));
    expect(reply).toMatchObject({
      status: 200,
      headers: { "content-type": "text/event-stream", "x-request-id": "sim-1" },
    });
    expect(await textOf(reply)).toMatch(/"content":"a".*\n\ndata: \[DONE\]\n\n$/su);
    expect(clock.pending).toBe(0);
  });

  test("may give its body as bytes", async () => {
    const { transport } = open();
    const request = asking("[[say Grüße]]");
    const reply = await transport.send({ ...request, body: new TextEncoder().encode(String(request.body)) });
    expect(await textOf(reply)).toContain('"Grüße"');
  });

  test("has an id of its own", async () => {
    const { transport } = open();
    const replies = await Promise.all([transport.send(asking("hi")), transport.send(asking("hi"))]);
    const ids = await Promise.all(replies.map(async (reply) => /"id":"([^"]+)"/u.exec(await textOf(reply))?.[1]));
    expect(new Set(ids)).toEqual(new Set(["chatcmpl-sim-1", "chatcmpl-sim-2"]));
  });

  test("goes on only while somebody reads", async () => {
    const { clock, transport } = open();
    const chunks = reader(await transport.send(asking("[[say a]][[pace 5]][[say b]]")));
    await chunks.next();
    expect(clock.pending).toBe(0);
    const next = chunks.next();
    await timersSet(clock, 1);
    clock.advance(5);
    expect(new TextDecoder().decode((await next).value as Uint8Array)).toContain('"b"');
  });

  test("lets others have their turn, however fast it is read", async () => {
    const { transport } = open();
    const chunks = reader(await transport.send(asking("[[count 100]]")));
    let turn = false;
    setImmediate(() => (turn = true));
    await chunks.next();
    await chunks.next();
    expect(turn).toBe(true);
  });
});

test("a call keeps its process alive, as a connection would, until it is over", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const { transport } = open();
  const controller = new AbortController();
  const before = timers();
  const call = transport.send(asking("[[hang]]", { signal: controller.signal }));
  expect(timers()).toBe(before + 1);
  controller.abort();
  expect(timers()).toBe(before);
  expect((await errorOf(call)).kind).toBe("cancelled");
});

describe("a call that is cancelled ends at once", () => {
  test("before it begins", async () => {
    const { clock, transport } = open();
    const call = transport.send(asking("hi", { signal: AbortSignal.abort("gone") }));
    expect(await errorOf(call)).toMatchObject({ kind: "cancelled", cause: "gone" });
    expect(clock.pending).toBe(0);
  });

  test("before its head", async () => {
    const { clock, transport } = open();
    const controller = new AbortController();
    const call = transport.send(
      asking("[[hang]]", { signal: controller.signal, timeouts: { ...NO_LIMITS, firstByte: 5 } }),
    );
    controller.abort();
    expect((await errorOf(call)).kind).toBe("cancelled");
    expect(clock.pending).toBe(0);
  });

  test("while it is read", async () => {
    const { clock, transport } = open();
    const controller = new AbortController();
    const chunks = reader(await transport.send(asking("[[say a]][[pace 5]][[say b]]", { signal: controller.signal })));
    await chunks.next();
    const next = chunks.next();
    await timersSet(clock, 1);
    controller.abort();
    expect((await errorOf(next)).kind).toBe("cancelled");
    expect(clock.pending).toBe(0);
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  test("while nobody reads: the next read throws", async () => {
    const { transport } = open();
    const controller = new AbortController();
    const reply = await transport.send(asking("[[count 9]]", { signal: controller.signal }));
    controller.abort();
    expect((await errorOf(textOf(reply))).kind).toBe("cancelled");
  });

  test.each<[string, (reply: TransportReply, transport: Transport) => unknown]>([
    ["by destroying its body", ({ body }) => body.destroy()],
    ["by closing the transport", (_reply, transport) => transport.close()],
  ])("%s", async (_how, end) => {
    const { clock, transport } = open();
    const reply = await transport.send(asking("[[say a]][[pace 5]][[say b]]"));
    const chunks = reader(reply);
    await chunks.next();
    const next = chunks.next();
    await timersSet(clock, 1);
    end(reply, transport);
    expect((await errorOf(next)).kind).toBe("cancelled");
    expect(clock.pending).toBe(0);
  });

  test("by leaving the loop", async () => {
    const { clock, transport } = open();
    const { body } = await transport.send(
      asking("[[say a]][[pace 5]][[say b]]", { timeouts: { ...NO_LIMITS, idle: 9 } }),
    );
    for await (const _ of body) break;
    expect(clock.pending).toBe(0);
  });

  test("a transport that is closed makes no more", async () => {
    const { transport } = open();
    await transport.close();
    expect((await errorOf(transport.send(asking("hi")))).kind).toBe("cancelled");
  });
});

describe("a call that is silent runs into the clocks", () => {
  test.each([
    ["first_byte", { firstByte: 50 }],
    ["first_content", { firstContent: 50 }],
  ] as const)("%s, before its head", async (timeoutPhase, limits) => {
    const { clock, transport } = open();
    const call = transport.send(asking("[[hang]]", { timeouts: { ...NO_LIMITS, ...limits } }));
    clock.advance(50);
    const { failure } = await errorOf(call);
    expect(failure).toMatchObject({ kind: "timeout", timeoutPhase });
    expect(failure.message).toContain("simulator.invalid");
    expect(clock.pending).toBe(0);
  });

  test("idle, behind some content", async () => {
    const { clock, transport } = open();
    const chunks = reader(await transport.send(asking("[[say a]][[hang]]", { timeouts: { ...NO_LIMITS, idle: 50 } })));
    await chunks.next();
    // Nobody reads, so nobody is kept waiting.
    expect(clock.pending).toBe(0);
    const next = chunks.next();
    clock.advance(50);
    expect((await errorOf(next)).failure).toMatchObject({ kind: "timeout", timeoutPhase: "idle" });
  });

  test("a pace within the limit is none", async () => {
    const { clock, transport } = open();
    const reply = await transport.send(
      asking("[[say a]][[pace 40]][[say b c d]]", { timeouts: { ...NO_LIMITS, idle: 50 } }),
    );
    const text = textOf(reply);
    for (let pieces = 0; pieces < 3; pieces += 1) {
      // The pace and the limit.
      await timersSet(clock, 2);
      clock.advance(40);
    }
    expect(await text).toContain("[DONE]");
  });

  test("content that was seen stops its clock", async () => {
    const { clock, transport } = open();
    const reply = await transport.send(asking("[[say a]]", { timeouts: { ...NO_LIMITS, firstContent: 50 } }));
    expect(clock.pending).toBe(1);
    reply.body.contentSeen();
    expect(clock.pending).toBe(0);
    expect(await textOf(reply)).toContain("[DONE]");
  });
});

test("a call that is cut breaks behind what was said", async () => {
  const { transport } = open();
  const chunks = reader(await transport.send(asking("[[say a]][[cut]]")));
  expect((await chunks.next()).done).toBe(false);
  expect((await errorOf(chunks.next())).kind).toBe("truncated");
});
