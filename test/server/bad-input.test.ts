import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { beginStream, deskAt, finishStream, modelServer } from "../harness/model-server.ts";
import { post, RawClient } from "../harness/raw-client.ts";

const BODY_LIMIT = 4096;

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
const clients: RawClient[] = [];

beforeAll(async () => {
  upstream = await createScriptedUpstream((exchange, index) =>
    exchange.request.body.includes("go on") ? beginStream(exchange) : modelServer(exchange, index),
  );
  gateway = await startMillrace({
    config: `${deskAt(upstream.url)}  passing: { profile: llama.cpp, base_url: "${upstream.url}" }
limits: { body: ${BODY_LIMIT}B }
keys:
  - { name: me, key: all-of-it }
  - { name: guest, key: only-m, models: [desk/m, passing/m] }
`,
  });
  // Waits for the lists of models, which are read once at the start.
  await (await fetch(`${gateway.url}/ready`)).text();
});
afterAll(async () => {
  expect(gateway.output()).not.toContain("defect");
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function connected(): Promise<RawClient> {
  const client = await RawClient.open(gateway.url);
  clients.push(client);
  return client;
}

const KEY = "authorization: Bearer all-of-it";
const chat = (body: string, headers = [KEY]): string => post("/v1/chat/completions", body, headers);
const GOOD = '{"model":"desk/m","messages":[{"role":"user","content":"hi"}]}';

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

describe("a body that makes no sense is refused with what to change, and the connection goes on", () => {
  test.each<[string, string, number, RegExp]>([
    ["is empty", "", 400, /no body\. Send a JSON object/],
    ["stops in the middle", '{"model":', 400, /not valid JSON.*line 1, column 10/],
    ["is two documents", "{}{}", 400, /more than one/],
    ["is a list", "[]", 400, /not a JSON object/],
    ["has no messages", '{"model":"desk/m"}', 400, /messages/],
    ["has text for messages", '{"model":"desk/m","messages":"hi"}', 400, /messages/],
    ["has no model", '{"messages":[{"role":"user","content":"hi"}]}', 400, /`model` is missing: name the model/],
    ["has a number for a model", '{"model":7,"messages":[{"role":"user","content":"hi"}]}', 400, /model/],
    ["names a model that is not there", GOOD.replace("desk/m", "nobody/m"), 404, /nobody\/m/],
    ["has text for `stream`", GOOD.replace("{", '{"stream":"yes",'), 400, /stream/],
    ["breaks a header in the model's name", GOOD.replace("desk/m", "desk/m\\r\\nx-evil: 1"), 400, /control character/],
    ["has a model's name of a page", GOOD.replace("desk/m", "m".repeat(600)), 400, /600 characters.*at most 512/],
    ["nests too deep", `{"model":"desk/m","messages":${"[".repeat(2000)}${"]".repeat(2000)}}`, 400, /messages|deep/],
  ])("one that %s", async (_title, body, status, message) => {
    const client = await connected();
    client.send(chat(body));
    const refused = await client.reply();
    const { error } = refused.json() as ErrorBody;
    expect(refused.status).toBe(status);
    expect(error.message).toMatch(message);
    expect(error.type).toMatch(/\S/);
    client.send(chat(GOOD));
    expect((await client.reply()).status).toBe(200);
  });

  test("one that is not UTF-8", async () => {
    const client = await connected();
    client.send(Buffer.from(chat(GOOD.replace("hi", "\u00fc\u00fc")), "latin1"));
    client.send("  ");
    expect((await client.reply()).json()).toMatchObject({ error: { code: "invalid_utf8" } });
  });
});

describe("a body over the limit is a 413 that names the limit", () => {
  test("when it is announced: before it is sent", async () => {
    const client = await connected();
    client.send(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${KEY}\r\ncontent-length: 999999\r\n\r\n{`);
    const reply = await client.reply();
    expect(reply.status).toBe(413);
    expect(reply.json()).toMatchObject({ error: { message: expect.stringContaining(`at most ${BODY_LIMIT}`) } });
    expect(reply.headers["connection"]).toBe("close");
  });

  test("when it comes in chunks: as soon as it is over", async () => {
    const client = await connected();
    client.send(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${KEY}\r\ntransfer-encoding: chunked\r\n\r\n`);
    client.send(`${(BODY_LIMIT + 1).toString(16)}\r\n${"x".repeat(BODY_LIMIT + 1)}\r\n`);
    const reply = await client.reply();
    expect(reply.status).toBe(413);
    expect(reply.json()).toMatchObject({ error: { message: expect.stringContaining(String(BODY_LIMIT)) } });
    expect(reply.headers["connection"]).toBe("close");
  });

  test("`Expect: 100-continue` is answered with the refusal, not with an invitation", async () => {
    const client = await connected();
    client.send(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${KEY}\r\nexpect: 100-continue\r\ncontent-length: 999999\r\n\r\n`,
    );
    expect((await client.reply()).status).toBe(413);
  });

  test("`Expect: 100-continue` of a good size is invited, then answered", async () => {
    const client = await connected();
    const [head = "", body = ""] = chat(GOOD, [KEY, "expect: 100-continue"]).split("\r\n\r\n");
    client.send(`${head}\r\n\r\n`);
    expect((await client.reply()).status).toBe(100);
    client.send(body);
    expect((await client.reply()).status).toBe(200);
  });
});

describe("a head that makes no sense", () => {
  test.each<[string, string, number, string]>([
    ["no host", "GET /health HTTP/1.1\r\n\r\n", 400, "missing_host"],
    [
      "an expectation that nobody knows",
      "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nexpect: the-best\r\ncontent-length: 2\r\n\r\n{}",
      417,
      "unsupported_expectation",
    ],
    ["a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n", 405, "method_not_allowed"],
    ["no HTTP at all", "hello\r\n\r\n", 400, "malformed_http"],
    [
      "two content-lengths",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      400,
      "malformed_http",
    ],
    ["a negative content-length", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400, "malformed_http"],
    [
      "both content-length and transfer-encoding",
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${KEY}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n`,
      400,
      "malformed_http",
    ],
    [
      "an encoding we cannot read",
      `POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n`,
      400,
      "malformed_http",
    ],
    [
      "a space before the colon",
      "GET / HTTP/1.1\r\nhost: a\r\ntransfer-encoding : chunked\r\n\r\n",
      400,
      "malformed_http",
    ],
    [
      "a key with a line break",
      "GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\nb\r\n\r\n",
      400,
      "malformed_http",
    ],
    [
      "a head of 40 KB",
      `GET /health HTTP/1.1\r\nhost: a\r\nx-big: ${"x".repeat(40_000)}\r\n\r\n`,
      431,
      "head_too_large",
    ],
  ])("%s is refused, and nothing behind it is served", async (_title, bytes, status, code) => {
    const client = await connected();
    client.send(bytes);
    const reply = await client.reply();
    expect(reply.json()).toMatchObject({ error: { code, message: expect.stringMatching(/\S/) } });
    expect(reply.status).toBe(status);
    expect(await client.end()).toBe("");
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  test("a body of a coding we cannot read is a 415", async () => {
    const client = await connected();
    client.send(chat(GOOD, [KEY, "content-encoding: gzip"]));
    expect((await client.reply()).status).toBe(415);
  });
});

test("requests in one packet are answered in their order", async () => {
  const client = await connected();
  client.send(`${chat(GOOD)}${chat("{")}GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
  expect((await client.reply()).json()).toMatchObject({ object: "chat.completion" });
  expect((await client.reply()).status).toBe(400);
  expect((await client.reply()).json()).toEqual({ status: "ok" });
});

test("bad input of one client leaves the stream of another alone", async () => {
  const before = upstream.exchanges.length;
  const listener = await connected();
  listener.send(chat('{"model":"desk/m","stream":true,"messages":[{"role":"user","content":"go on"}]}'));
  await listener.received("Hello");
  for (const bytes of ["hello\r\n\r\n", chat("{"), chat("[]")]) {
    const other = await connected();
    other.send(bytes);
    expect((await other.reply()).status).toBe(400);
  }
  await finishStream(await upstream.exchange(before));
  await listener.received("[DONE]");
});

describe("a key that may use one model cannot reach another, whichever of two fields a server reads", () => {
  const messages = '"messages":[{"role":"user","content":"hi"}]';
  const allowed = '"model":"desk/m"';
  const other = '"model":"desk/org/m"';
  const escaped = '"mod\\u0065l":"desk/org/m"';

  test.each([
    ["the allowed model comes first", `{${allowed},${messages},${other}}`],
    ["the allowed model comes first, the other's field is escaped", `{${allowed},${messages},${escaped}}`],
  ])("refused: %s", async (_title, body) => {
    const before = upstream.exchanges.length;
    const client = await connected();
    client.send(chat(body, ["authorization: Bearer only-m"]));
    expect(await client.reply()).toMatchObject({ status: 403 });
    expect(upstream.exchanges.length).toBe(before);
  });

  const last = [
    ["the allowed model comes last", `{${other},${messages},${allowed}}`],
    ["the allowed model comes last, the other's field is escaped", `{${escaped},${messages},${allowed}}`],
  ] as const;
  // The second server's requests are the client's own bytes, with what differs spliced in.
  test.each(["desk", "passing"].flatMap((provider) => last.map(([title, body]) => [provider, title, body] as const)))(
    "sent on with one field, to %s: %s",
    async (provider, _title, body) => {
      const before = upstream.exchanges.length;
      const client = await connected();
      client.send(
        chat(body.replace("desk/m", `${provider}/m`).replace("{", '{"stream":true,'), [`authorization: Bearer only-m`]),
      );
      const { request } = await upstream.exchange(before);
      expect(request.body.match(/"mod(?:e|\\u0065)l":"[^"]*"/g)).toEqual(['"model":"m"']);
    },
  );
});
