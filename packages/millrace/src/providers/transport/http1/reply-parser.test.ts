import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BAD_REPLIES, CHUNKED, GOOD_REPLIES, type GoodReply } from "./testing/replies.ts";
import { parsed } from "./testing/parsed.ts";

function bytesOf(wire: string): Buffer {
  return Buffer.from(wire, "latin1");
}

/** In two pieces, at every place. */
function everyCut(bytes: Buffer): Buffer[][] {
  return Array.from({ length: bytes.length }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
}

function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

function expected({ status, body, keepsConnection }: GoodReply): object {
  return { status, body, keepsConnection, end: "done", rest: "" };
}

describe.each(GOOD_REPLIES)("a reply with $name", (reply) => {
  const bytes = bytesOf(reply.wire);
  const whole = parsed([bytes], reply.closed);

  test("is taken for what it is", () => {
    expect(whole).toMatchObject(expected(reply));
    if (reply.headers) expect(Object.entries(whole.headers ?? {})).toEqual(Object.entries(reply.headers));
  });

  test("is the same however it is cut", () => {
    for (const pieces of [bytewise(bytes), ...everyCut(bytes)]) expect(parsed(pieces, reply.closed)).toEqual(whole);
  });

  test("is not complete before its last byte", () => {
    for (const [begun = bytes] of everyCut(bytes)) expect(parsed([begun]).end).toBe("open");
  });
});

describe.each(BAD_REPLIES)("a reply with %s", (_name, wire) => {
  const bytes = bytesOf(wire);

  test("is refused", () => {
    expect(parsed([bytes]).end).toBe("HPE_INVALID_RESPONSE");
  });

  test("is refused however it is cut", () => {
    for (const pieces of [bytewise(bytes), ...everyCut(bytes)]) {
      expect(parsed(pieces).end).toBe("HPE_INVALID_RESPONSE");
    }
  });
});

test("any reply is the same however it is cut into any number of pieces", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...GOOD_REPLIES),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
      (reply, cuts) => {
        const bytes = bytesOf(reply.wire);
        const at = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((to, n) => bytes.subarray(at[n], to));
        expect(parsed(pieces, reply.closed)).toEqual(parsed([bytes], reply.closed));
      },
    ),
  );
});

test("any chunks are put together, whatever is in them", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary-ascii", minLength: 1 })), fc.nat(), (texts, cut) => {
      const chunks = texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`);
      const bytes = bytesOf(`${CHUNKED}${chunks.join("")}0\r\n\r\n`);
      const at = cut % bytes.length;
      expect(parsed([bytes.subarray(0, at), bytes.subarray(at)])).toMatchObject({ body: texts.join(""), end: "done" });
    }),
  );
});

test("any bytes are a reply, the beginning of one, or refused; nothing else happens", () => {
  const crumbs = fc.constantFrom(
    "HTTP/1.1 200 OK",
    "\r\n",
    "\r",
    "\n",
    ":",
    "content-length",
    " 1",
    "5",
    "chunked",
    "\0",
  );
  fc.assert(
    fc.property(fc.array(crumbs, { maxLength: 30 }), (some) => {
      const bytes = bytesOf(some.join(""));
      expect(parsed(bytewise(bytes)).end).toBe(parsed([bytes]).end);
    }),
  );
});

describe("what a reply may make us hold", () => {
  test.each([
    ["headers", "HTTP/1.1 200 OK\r\n", "x-a: 0123456789\r\n"],
    ["one header", "HTTP/1.1 200 OK\r\nx: ", "0123456789"],
    ["a status line", "HTTP/1.1 200 ", "0123456789"],
    ["blank lines in front", "", "\r\n"],
    ["trailers", `${CHUNKED}0\r\n`, "x-a: 0123456789\r\n"],
  ])("%s without end are bounded", (_what, begin, more) => {
    const pieces = [begin, ...Array<string>(70 * 1024).fill(more)].map(bytesOf);
    expect(parsed(pieces).end).toBe("UND_ERR_HEADERS_OVERFLOW");
    expect(parsed([Buffer.concat(pieces)]).end).toBe("UND_ERR_HEADERS_OVERFLOW");
  });

  test("60 KB of headers are well, and the interim responses before them do not count", () => {
    const many = `x-a: 0123456789\r\n`.repeat(3600);
    const interim = `HTTP/1.1 103 X\r\n${many}\r\n`;
    expect(parsed([bytesOf(`${interim}${interim}HTTP/1.1 204 X\r\n${many}\r\n`)])).toMatchObject({
      interim: [103, 103],
      status: 204,
      end: "done",
    });
  });
});

describe("the end of the connection before the end of the reply", () => {
  test.each([
    ["nothing was said", "", "UND_ERR_SOCKET"],
    ["in the headers", "HTTP/1.1 200 OK\r\nx: ", "UND_ERR_SOCKET"],
    ["in a body with a length", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", "UND_ERR_SOCKET"],
    [
      "in one that was to end it",
      "HTTP/1.0 200 OK\r\ncontent-length: 9\r\n\r\nhi",
      "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
    ],
    ["in a chunk", `${CHUNKED}5\r\nhi`, "UND_ERR_SOCKET"],
    ["before the last chunk", `${CHUNKED}2\r\nhi\r\n`, "UND_ERR_SOCKET"],
    ["before the trailers' end", `${CHUNKED}2\r\nhi\r\n0\r\n`, "UND_ERR_SOCKET"],
  ])("%s: it was cut", (_where, wire, code) => {
    expect(parsed([bytesOf(wire)], true).end).toBe(code);
  });
});

test.each([
  ["a length", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"],
  ["chunks", `${CHUNKED}2\r\nhi\r\n0\r\n\r\n`],
  ["204", "HTTP/1.1 204 X\r\n\r\n"],
])("what follows a reply with %s is left alone", (_what, wire) => {
  expect(parsed([bytesOf(`${wire}HTTP/1.1 200 OK\r\n`)])).toMatchObject({ end: "done", rest: "HTTP/1.1 200 OK\r\n" });
});
