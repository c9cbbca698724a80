import { describe, expect, test } from "vitest";
import { encodeSseComment, encodeSseEvent } from "./encode.ts";

describe("an event", () => {
  test.each([
    ["one line", ["{}"], "data: {}\n\n"],
    ["with a name", ["{}", "error"], "event: error\ndata: {}\n\n"],
    ["an empty name is none", ["{}", ""], "data: {}\n\n"],
    ["several lines, whatever ends them", ["a\nb\r\nc\rd"], "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    ["no data", [""], "data: \n\n"],
  ] as const)("%s", (_title, [data, event], wire) => {
    expect(encodeSseEvent(data, event)).toBe(wire);
  });

  test("a name with a line break cannot smuggle lines in", () => {
    expect(() => encodeSseEvent("{}", "x\ndata: forged")).toThrow(RangeError);
    expect(() => encodeSseEvent("{}", "x\rdata: forged")).toThrow(RangeError);
  });
});

test("a comment is lines that begin with a colon, whatever is in it", () => {
  expect(encodeSseComment("keep-alive")).toBe(": keep-alive\n\n");
  expect(encodeSseComment("a\ndata: b")).toBe(": a\n: data: b\n\n");
});
