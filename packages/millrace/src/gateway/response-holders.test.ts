import { describe, expect, test } from "vitest";
import { ResponseHolders } from "./response-holders.ts";

const HOLDER = { provider: "cloud", credential: 0 };

describe("who keeps a response", () => {
  test("is known to the caller who got it, and to nobody else", () => {
    const holders = new ResponseHolders();
    holders.note("alice", "resp_1", HOLDER);
    expect(holders.of("alice", "resp_1")).toEqual(HOLDER);
    expect(holders.of("bob", "resp_1")).toBeUndefined();
  });

  test("is forgotten first of the one that was noted longest ago", () => {
    const holders = new ResponseHolders();
    holders.note("alice", "first", HOLDER);
    holders.note("alice", "second", HOLDER);
    for (let count = 0; count < 9_998; count += 1) holders.note("alice", `resp_${count}`, HOLDER);
    holders.note("alice", "first", HOLDER);
    holders.note("alice", "last", HOLDER);
    expect(holders.of("alice", "second")).toBeUndefined();
    expect(holders.of("alice", "first")).toEqual(HOLDER);
  });
});
