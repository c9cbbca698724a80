import { describe, expect, test } from "vitest";
import { classify } from "../wire/failure/classify.ts";
import { encodeOpenAIError } from "../wire/failure/openai-error.ts";
import { loopFailure, marksOf } from "./loop.ts";

const others = (count: number): string => Array.from({ length: count }, (_, hop) => `gw-${hop}`).join(", ");

describe("a request may go on", () => {
  test.each<[string, string | readonly string[] | undefined]>([
    ["without marks", undefined],
    ["with an empty header", ""],
    ["with the marks of others", "a, b"],
    ["with a mark that only contains ours", "own-2, my-own"],
    ["with headers of others", ["a", "b, c"]],
    ["after 16 gateways", others(16)],
    ["with what is no mark", "own own; ü"],
  ])("%s", (_title, header) => {
    expect(loopFailure(header, "own")).toBeUndefined();
  });
});

describe("a loop", () => {
  test.each<[string, string | readonly string[], RegExp]>([
    ["of this gateway with itself", "own", /one of its own providers is this gateway itself/],
    ["through another gateway", "own, b", /came back to this gateway through another gateway/],
    ["through two others", ["x, own", "b, c"], /through 2 other gateways/],
    ["that went round twice", "own, b, own, b", /through another gateway/],
    ["that nobody recognised", others(17), /more than 16 gateways/],
    ["of more than is read", `${others(500)}, own`, /more than 16 gateways/],
  ])("%s is refused, with what to look at", (_title, header, message) => {
    const failure = loopFailure(header, "own");
    expect(failure).toMatchObject({ status: 508, code: "loop", fault: "gateway", retry: "never" });
    expect(failure?.message).toMatch(message);
    expect(failure?.message).toMatch(/base_url of each provider/);
  });

  test("is still one at the gateway that hears of it, which may ask elsewhere", () => {
    const failure = loopFailure("own", "own");
    if (failure === undefined) throw new Error("no loop");
    const { status, headers, body } = encodeOpenAIError(failure);
    const heard = classify({ status, headers, body: JSON.stringify(body), wallNowMs: 0 });
    expect(heard).toMatchObject({ code: "loop", status: 508, retry: "elsewhere", message: failure.message });
  });
});

describe("the marks that a request is passed on with", () => {
  test.each([
    [undefined, undefined],
    ["", undefined],
    [" , ü", undefined],
    ["a, b", ["a", "b"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
  ])("%j: %j", (header, marks) => {
    expect(marksOf(header)).toEqual(marks);
  });
});
