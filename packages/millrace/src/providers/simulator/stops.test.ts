import { expect, test } from "vitest";
import type { Step } from "./step.ts";
import { withStops } from "./stops.ts";

const HELLO: Step = { type: "text", text: "Hello there" };
const BYE: Step = { type: "text", text: "Bye" };
const STOP: Step = { type: "finish", reason: "stop" };

test.each<[string, readonly string[], readonly Step[]]>([
  ["nothing where none is said", ["wheel"], [HELLO, BYE]],
  ["what is behind the first of them", ["there", "o"], [{ type: "text", text: "Hell" }, STOP]],
  ["the rest of a later text", ["ye"], [HELLO, { type: "text", text: "B" }, STOP]],
])("stop texts take away %s", (_what, stops, left) => {
  expect(withStops([HELLO, BYE], stops)).toEqual(left);
});

test("only what is said stops: reasoning and calls do not", () => {
  const steps: readonly Step[] = [
    { type: "reasoning", text: "a" },
    { type: "call", kind: "function", name: "a", arguments: "a" },
  ];
  expect(withStops(steps, ["a"])).toEqual(steps);
});
