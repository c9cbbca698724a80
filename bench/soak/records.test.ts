import { describe, expect, test } from "vitest";
import { type Asked, reconcile, type RequestLine } from "./records.ts";

const request = (more: Partial<Asked> = {}): Asked => ({
  kind: "whole",
  recorded: true,
  id: "r1",
  status: 200,
  ending: "complete",
  ...more,
});
const line = (more: Partial<RequestLine> = {}): RequestLine => ({
  id: "r1",
  key: "whole",
  status: 200,
  outcome: "completed",
  ...more,
});
const whats = (asked: readonly Asked[], lines: readonly RequestLine[]): string[] =>
  reconcile(asked, lines).discrepancies.map(({ what }) => what);

describe("a request whose client saw its id", () => {
  test("is matched with its line", () => {
    expect(reconcile([request()], [line()])).toEqual({
      recorded: 1,
      lines: 1,
      matchedById: 1,
      matchedByCount: 0,
      discrepancies: [],
    });
  });

  test("without a line is lost", () => {
    expect(whats([request()], [])).toEqual(["lost"]);
  });

  test("with two lines is doubled", () => {
    expect(whats([request()], [line(), line()])).toEqual(["doubled"]);
  });

  test.each<[Partial<Asked>, Partial<RequestLine>]>([
    [{}, { status: 502 }],
    [{}, { outcome: "failed" }],
    [{ ending: "error-event" }, { outcome: "completed" }],
    [{ ending: "left" }, { outcome: "completed" }],
    [
      { status: 500, ending: "refused" },
      { status: 500, outcome: "cancelled" },
    ],
  ])("whose line tells otherwise is told: %j and %j", (seen, told) => {
    expect(whats([request(seen)], [line(told)])).toEqual(["told otherwise"]);
  });

  test.each<[Partial<Asked>, Partial<RequestLine>]>([
    [{ ending: "error-event" }, { outcome: "failed" }],
    [{ ending: "left" }, { outcome: "cancelled" }],
    [
      { status: 429, ending: "refused" },
      { status: 429, outcome: "failed" },
    ],
  ])("and its line agree: %j and %j", (seen, told) => {
    expect(whats([request(seen)], [line(told)])).toEqual([]);
  });
});

describe("a request whose client saw no head", () => {
  const unheard = request({ id: undefined, status: undefined, ending: "left" });
  const cancelled = (id: string): RequestLine => line({ id, status: undefined, outcome: "cancelled" });

  test("is matched with a line of its kind and ending that no id leads to", () => {
    const seen = reconcile([unheard, unheard], [cancelled("a"), cancelled("b")]);
    expect(seen).toMatchObject({ matchedById: 0, matchedByCount: 2, discrepancies: [] });
  });

  test("is lost when there are fewer such lines", () => {
    expect(whats([unheard, unheard], [cancelled("a")])).toEqual(["lost"]);
  });

  test("does not take the line of another kind, or of another ending", () => {
    expect(whats([unheard], [{ ...cancelled("a"), key: "stream" }])).toEqual(["lost", "never asked"]);
    expect(whats([unheard], [line({ id: "a" })])).toEqual(["lost", "never asked"]);
  });

  test("takes a line without a key when its connection broke: it may have been refused before the key was read", () => {
    const broken = request({ id: undefined, status: undefined, ending: "broken" });
    const refused = line({ id: "a", key: undefined, status: 413, outcome: "failed" });
    expect(whats([broken], [refused])).toEqual([]);
    expect(whats([unheard], [refused])).toEqual(["lost", "never asked"]);
  });

  test("does not take the line of a request whose id is known", () => {
    expect(whats([unheard, request({ ending: "left" })], [line({ outcome: "cancelled" })])).toEqual(["lost"]);
  });
});

test("a line that belongs to no request is told", () => {
  expect(whats([], [line()])).toEqual(["never asked"]);
});

test("a query has no line", () => {
  const query = request({ kind: "models", recorded: false });
  expect(reconcile([query], [])).toMatchObject({ recorded: 0, discrepancies: [] });
  expect(whats([query], [line()])).toEqual(["kept though a query"]);
});

test("a query without an id needs no line", () => {
  expect(whats([request({ recorded: false, id: undefined })], [])).toEqual([]);
});
