import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import { stringOf } from "../json/read.ts";
import { PassingStream } from "./passing-stream.ts";

const says = (text: string): string => JSON.stringify({ model: "m", choices: [{ index: 0, text }] });
const event = (json: string): string => `data: ${json}\n\n`;
const FINISH = event(JSON.stringify({ model: "m", choices: [{ index: 0, text: "", finish_reason: "stop" }] }));
const DONE = "data: [DONE]\n\n";

/** What passes of these events, each of them a chunk of the network, and what went wrong. */
function pass(events: readonly string[], unreadableChunk: "fail" | "skip" = "fail"): [string, Failure | undefined] {
  const options = { wantsUsage: true, maxEventBytes: 10_000, wallNowMs: () => 0, unreadableChunk };
  const stream = new PassingStream(options, (choice) => (stringOf(choice["text"]) ?? "") !== "");
  const passed = [...events.map((text) => stream.push(new TextEncoder().encode(text))), stream.end()];
  return [passed.map((bytes) => new TextDecoder().decode(bytes)).join(""), stream.seen.failure];
}

describe("what every client reads passes as it came", () => {
  test.each([
    ["LF", [event(says("a")), event(says("b")), FINISH, DONE]],
    ["CRLF and comments", [`: x\r\n\r\ndata:${says("a")}\r\n\r\n`, FINISH, DONE]],
    ["names", [`event: chunk\n${event(says("a"))}`, FINISH, DONE]],
  ])("%s", (_name, events) => {
    expect(pass(events)).toEqual([events.join(""), undefined]);
  });
});

describe("an event that is no JSON ends the stream", () => {
  test.each([
    ["text", "Internal error"],
    ["half a chunk", says("b").slice(0, -4)],
    ["a chunk that is broken inside", says("b").replace('"text"', "text")],
    ["no object", '"Internal error"'],
  ])("conformance case 31: %s", (_name, data) => {
    const [passed, failure] = pass([event(says("a")), event(data), event(says("c")), FINISH, DONE]);
    expect(passed).toBe(event(says("a")));
    expect(failure).toMatchObject({ kind: "protocol", partial: true });
  });

  test("or is left out, where that is asked for", () => {
    expect(pass([event(says("a")), event("Internal error"), FINISH, DONE], "skip")).toEqual([
      event(says("a")) + FINISH + DONE,
      undefined,
    ]);
  });
});

describe("what only some clients read is written anew", () => {
  test("conformance case 32: the members of an array are events", () => {
    const [passed] = pass([event(`[${says("a")},null,${says("b")}]`), FINISH, DONE]);
    expect(passed).toBe(event(says("a")) + event(says("b")) + FINISH + DONE);
  });

  test("an array passes up to the error in it", () => {
    const [passed, failure] = pass([event(`[${says("a")},{"error":{"message":"no more"}},${says("b")}]`)]);
    expect(passed).toBe(event(says("a")));
    expect(failure).toMatchObject({ message: "no more", partial: true });
  });

  test("what follows the JSON is cut off", () => {
    expect(pass([event(says("a")), event(`${says("b")} // x`), FINISH, DONE])[0]).toBe(
      event(says("a")) + event(says("b")) + FINISH + DONE,
    );
  });

  test("conformance case 100: an error that is none is left out", () => {
    const chunk = { model: "m", choices: [{ index: 0, text: "b" }] };
    const [passed, failure] = pass([event(says("a")), event(JSON.stringify({ ...chunk, error: {} })), FINISH, DONE]);
    expect(passed).toBe(event(says("a")) + event(JSON.stringify(chunk)) + FINISH + DONE);
    expect(failure).toBeUndefined();
  });

  test("conformance case 24: [DONE] is exactly that", () => {
    expect(pass([event(says("a")), FINISH, "data: [DONE] \n\n"])[0]).toBe(event(says("a")) + FINISH + DONE);
  });
});
