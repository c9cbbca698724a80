import { describe, expect, test } from "vitest";
import type { FailureKind } from "../model/failure.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { mostUseful } from "./most-useful.ts";

describe("of several failures the client sees", () => {
  test.each<[string, FailureKind[], FailureKind]>([
    ["the one it can wait out, before one that only says a server is down", ["rate_limit", "connection"], "rate_limit"],
    ["the one about its request, before one it can wait out", ["context_overflow", "rate_limit"], "context_overflow"],
    ["the one the operator can mend, before a dead server", ["auth", "connection", "timeout"], "auth"],
    ["an answer of a server, before none", ["server", "connection"], "server"],
  ])("%s", (_, kinds, expected) => {
    expect(mostUseful(kinds.map((kind) => failureOf(kind, kind))).kind).toBe(expected);
    expect(mostUseful(kinds.toReversed().map((kind) => failureOf(kind, kind))).kind).toBe(expected);
  });

  test("of two that it can wait out the one that passes first", () => {
    const [soon, late] = [7_000, 30_000].map((retryAfterMs) => failureOf("rate_limit", "slow down", { retryAfterMs }));
    expect(mostUseful([soon!, late!])).toBe(soon);
    expect(mostUseful([late!, soon!])).toBe(soon);
  });

  test("the last of equals", () => {
    expect(mostUseful([failureOf("server", "one"), failureOf("timeout", "two")]).message).toBe("two");
  });
});
