import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../bytes/base64.ts";
import { joined } from "../bytes/joined.ts";
import { crc32 } from "./crc32.ts";
import { EventStreamDecoder } from "./decoder.ts";
import type { Frame, HeaderValue } from "./frame.ts";
import { textHeader } from "./frame.ts";
import { encodeFrame, textFrame } from "./testing/encode.ts";

const MAX_FRAME_BYTES = 1024 * 1024;

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../gu) ?? [], (byte) => Number.parseInt(byte, 16));
}

function decode(
  pieces: readonly Uint8Array[],
  maxFrameBytes = MAX_FRAME_BYTES,
): { readonly frames: readonly Frame[]; readonly error: string | undefined; readonly unfinished: boolean } {
  const decoder = new EventStreamDecoder({ maxFrameBytes });
  const frames = pieces.flatMap((piece) => decoder.push(piece));
  return { frames, error: decoder.error?.message, unfinished: decoder.unfinished };
}

const PAYLOAD = new TextEncoder().encode("{'foo':'bar'}");
const JSON_TYPE: HeaderValue = { type: "string", value: "application/json" };

describe("the test vectors that AWS's SDKs share", () => {
  const vectors: readonly { readonly title: string; readonly hex: string; readonly frame: Frame }[] = [
    {
      title: "empty_message",
      hex: "000000100000000005c248eb7d98c8ff",
      frame: { headers: new Map(), payload: new Uint8Array(0) },
    },
    {
      title: "int32_header",
      hex: "0000002d0000001041c424b80a6576656e742d74797065040000a00c7b27666f6f273a27626172277d36f480a0",
      frame: { headers: new Map([["event-type", { type: "integer", value: 40_972 }]]), payload: PAYLOAD },
    },
    {
      title: "payload_no_headers",
      hex: "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936",
      frame: { headers: new Map(), payload: PAYLOAD },
    },
    {
      title: "payload_one_str_header",
      hex: "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1",
      frame: { headers: new Map([["content-type", JSON_TYPE]]), payload: PAYLOAD },
    },
    {
      title: "all_headers",
      hex: "000000cc000000af0fae64ca0a6576656e742d74797065040000a00c0c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0a626f6f6c2066616c73650109626f6f6c207472756500046279746502cf08627974652062756606001449276d2061206c6974746c6520746561706f74210974696d657374616d70080000000000845fed05696e74313603002a05696e7436340500000000028757b20475756964090102030405060708090a0b0c0d0e0f107b27666f6f273a27626172277daba5f10c",
      frame: {
        headers: new Map<string, HeaderValue>([
          ["event-type", { type: "integer", value: 40_972 }],
          ["content-type", JSON_TYPE],
          ["bool false", { type: "boolean", value: false }],
          ["bool true", { type: "boolean", value: true }],
          ["byte", { type: "byte", value: -49 }],
          ["byte buf", { type: "bytes", value: new TextEncoder().encode("I'm a little teapot!") }],
          ["timestamp", { type: "timestamp", value: 8_675_309n }],
          ["int16", { type: "short", value: 42 }],
          ["int64", { type: "long", value: 42_424_242n }],
          ["uuid", { type: "uuid", value: decodeBase64("AQIDBAUGBwgJCgsMDQ4PEA==") ?? new Uint8Array(0) }],
        ]),
        payload: PAYLOAD,
      },
    },
  ];

  test.each(vectors)("$title is read, and written again to the byte", ({ hex, frame }) => {
    expect(decode([fromHex(hex)])).toEqual({ frames: [frame], error: undefined, unfinished: false });
    expect(encodeFrame(frame)).toEqual(fromHex(hex));
  });

  const LENGTHS = "The checksum of a message's lengths is wrong";
  const MESSAGE = "The checksum of a message is wrong";
  const corrupted: readonly (readonly [title: string, error: string, hex: string])[] = [
    ["corrupted_header_len", LENGTHS, vectors[3]?.hex.replace("00000020", "00000021") ?? ""],
    ["corrupted_length", LENGTHS, vectors[3]?.hex.replace("0000003d", "0000003e") ?? ""],
    ["corrupted_headers", MESSAGE, vectors[3]?.hex.replace("7b27666f", "7b61666f") ?? ""],
    ["corrupted_payload", MESSAGE, vectors[2]?.hex.replace("7b27666f", "5b27666f") ?? ""],
  ];

  test.each(corrupted)("%s: %s", (_title, error, hex) => {
    expect(decode([fromHex(hex)])).toEqual({ frames: [], error, unfinished: false });
  });
});

test("the checksum is gzip's", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcb_f4_39_26);
});

describe("what is refused", () => {
  const good = textFrame({ ":event-type": "messageStart" }, "{}");

  test("a message before a broken one is given, one after it is not", () => {
    const broken = Uint8Array.from(good);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const { frames, error } = decode([joined([good, broken, good])]);
    expect(frames).toHaveLength(1);
    expect(error).toBe("The checksum of a message is wrong");
  });

  test("a message that is too large, as soon as its lengths are there", () => {
    const { frames, error } = decode([good.subarray(0, 12)], good.length - 1);
    expect([frames, error]).toEqual([[], `A message is larger than ${good.length - 1} bytes`]);
    expect(decode([good], good.length).frames).toHaveLength(1);
  });

  test.each([
    ["headers longer than the message", 20, 16],
    ["no room for the second checksum", 15, 0],
    ["headers longer than AWS allows", 200_000, 150_000],
  ])("%s", (_title, length, headersLength) => {
    expect(decode([prelude(length, headersLength)]).error).toBe("The lengths of a message contradict each other");
  });

  test("a header that goes past the headers", () => {
    expect(decode([message(Uint8Array.of(200, 0x61))]).error).toBe("A header goes past the end of the headers");
  });

  test("a header of an unknown type", () => {
    const { error } = decode([message(Uint8Array.of(1, 0x61, 42))]);
    expect(error).toBe("A header has a value of the unknown type 42");
  });
});

test("the bytes may end within a message, which is told", () => {
  const frame = textFrame({ ":event-type": "messageStop" }, "{}");
  expect(decode([frame.subarray(0, -1)])).toEqual({ frames: [], error: undefined, unfinished: true });
});

test("a message much larger than the pieces that it comes in", () => {
  const payload = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
  const small: Frame = { headers: new Map(), payload: PAYLOAD };
  const frames = [small, { headers: new Map([["content-type", JSON_TYPE]]), payload }, small];
  const bytes = joined(frames.map(encodeFrame));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, at) =>
    bytes.subarray(at * 1000, (at + 1) * 1000),
  );
  expect(decode(pieces)).toEqual({ frames, error: undefined, unfinished: false });
});

test("what is given does not change when more is read", () => {
  const decoder = new EventStreamDecoder({ maxFrameBytes: MAX_FRAME_BYTES });
  const bytes = Uint8Array.from(textFrame({ a: "b" }, "first"));
  const [frame] = decoder.push(bytes);
  bytes.fill(0);
  decoder.push(textFrame({ a: "c" }, "other"));
  expect(new TextDecoder().decode(frame?.payload)).toBe("first");
  expect(frame && textHeader(frame, "a")).toBe("b");
});

const anyHeader: fc.Arbitrary<HeaderValue> = fc.oneof(
  fc.boolean().map((value) => ({ type: "boolean", value }) as const),
  fc.integer({ min: -128, max: 127 }).map((value) => ({ type: "byte", value }) as const),
  fc.integer({ min: -32_768, max: 32_767 }).map((value) => ({ type: "short", value }) as const),
  fc.integer().map((value) => ({ type: "integer", value }) as const),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: "long", value }) as const),
  fc.uint8Array({ maxLength: 40 }).map((value) => ({ type: "bytes", value }) as const),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((value) => ({ type: "string", value }) as const),
  fc.nat().map((value) => ({ type: "timestamp", value: BigInt(value) }) as const),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((value) => ({ type: "uuid", value }) as const),
);

const anyFrame: fc.Arbitrary<Frame> = fc.record({
  headers: fc
    .array(fc.tuple(fc.string({ maxLength: 20 }), anyHeader), { maxLength: 4 })
    .map((entries) => new Map(entries)),
  payload: fc.uint8Array({ maxLength: 200 }),
});

test("property: any messages come out as they went in, wherever the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 4 }), fc.array(fc.nat({ max: 1000 })), (frames, offsets) => {
      const bytes = joined(frames.map(encodeFrame));
      const cuts = [0, ...offsets.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
      expect(decode(pieces)).toEqual({ frames, error: undefined, unfinished: false });
    }),
  );
});

test("property: any bytes end in messages, an error, or a message that is not finished", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (pieces) => {
      const { frames, error, unfinished } = decode(pieces);
      expect(frames.length > 0 || error !== undefined || unfinished || joined(pieces).length === 0).toBe(true);
    }),
  );
});

function prelude(length: number, headersLength: number): Uint8Array {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  view.setUint32(4, headersLength);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  return bytes;
}

function message(headers: Uint8Array): Uint8Array {
  const before = joined([prelude(16 + headers.length, headers.length), headers]);
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(before));
  return joined([before, sum]);
}
