import { describe, expect, test, vi } from "vitest";
import { readDocument } from "./client-body.ts";
import { RefusalError } from "./refusal.ts";

const long = "word ".repeat(20_000);

function bodyOf(text: string | Uint8Array): ReturnType<typeof readDocument> {
  return readDocument(typeof text === "string" ? Buffer.from(text) : text);
}

function codeOf(text: string | Uint8Array): unknown {
  try {
    void bodyOf(text).json;
  } catch (error) {
    return error instanceof RefusalError ? error.failure.code : error;
  }
  return undefined;
}

describe("a small body", () => {
  test("is read whole, so its outline is all of it", () => {
    const body = bodyOf('{"model":"m"}');
    expect(body.json).toEqual({ model: "m" });
    expect(body.outline).toBe(body.json);
    expect(body.isEscapeFree).toBe(true);
  });

  test("that holds an escape says so", () => {
    expect(bodyOf('{"model":"\\u006d"}').isEscapeFree).toBe(false);
  });
});

describe("a large body", () => {
  const text = JSON.stringify({ model: "m", messages: [{ role: "user", content: long }], stream: true });

  test("is outlined, and read whole once somebody asks", () => {
    const parse = vi.spyOn(JSON, "parse");
    const body = bodyOf(text);
    expect(body.outline).toMatchObject({ model: "m", stream: true, messages: [{ role: "user" }] });
    expect(Math.max(...parse.mock.calls.map(([read]) => read.length))).toBeLessThan(4000);
    expect(body.json).toEqual(JSON.parse(text));
    expect(body.json).toBe(body.json);
    parse.mockRestore();
  });

  test("with an escape anywhere is read whole: a string may hold what has to be cleaned from it", () => {
    const body = bodyOf(`{"model":"m","content":"${long}\\ud83d"}`);
    expect(body.outline).toBe(body.json);
    expect(body.isEscapeFree).toBe(false);
  });

  test.each([
    ["that is cut off", text.slice(0, -1), "invalid_json"],
    ["with something behind it", `${text} {}`, "invalid_json"],
    ["that is a list", `["${long}"]`, "invalid_json"],
    [
      "that is no UTF-8",
      Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff, 0x22, 0x7d])]),
      "invalid_utf8",
    ],
    ["with a raw line feed in a long string", text.replace("word word", "word\nword"), undefined],
  ])("%s is refused as a small one is", (_what, given, code) => {
    expect(codeOf(given)).toBe(code ?? "invalid_json");
  });
});
