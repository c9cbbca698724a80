import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { atOnce } from "../wire/json/steps.ts";
import { DIALECTS } from "./dialects.ts";

/** So many that they are looked at in several steps. */
const MANY = 10_000;

function many(usual: JsonValue, ...last: readonly JsonValue[]): readonly JsonValue[] {
  return [...Array.from({ length: MANY }, () => usual), ...last];
}

const message = { role: "user", content: "hi" };
/** Those that are looked at turn by turn; the others look at each turn once, and not at its text. */
const BODIES: Readonly<Record<"chat-completions" | "completions" | "embeddings", readonly JsonObject[]>> = {
  "chat-completions": [
    {},
    { model: "m" },
    { model: "m", messages: "hi" },
    { model: "m", messages: [] },
    { model: "m", messages: [message] },
    { model: "m", messages: many(message) },
    { model: "m", messages: many(message, { role: "" }) },
    { model: "m", messages: many(message, { role: "user", content: [1] }, message) },
    { model: "m", messages: many(message, { role: "assistant", tool_calls: [1] }) },
    { model: "m", messages: many(message), tools: 1 },
    { model: "m", messages: many(message), n: "x" },
  ],
  completions: [
    {},
    { model: "m" },
    { model: "m", messages: [message] },
    { model: "m", prompt: "hi" },
    { model: "m", prompt: [] },
    { model: "m", prompt: {} },
    { model: "m", prompt: many(1) },
    { model: "m", prompt: many("a", [1, 2], 3) },
    { model: "m", prompt: many(1, 1.5) },
    { model: "m", prompt: many("a"), n: 0 },
  ],
  embeddings: [
    {},
    { model: "m" },
    { model: "m", input: "hi" },
    { model: "m", input: [] },
    { model: "m", input: {} },
    { model: "m", input: many("a") },
    { model: "m", input: many([1, 2]) },
    { model: "m", input: many("a", null) },
    { model: "m", input: many("a", 1) },
    { model: "m", input: many("a", 1, null) },
    { model: "m", input: many(1), dimensions: -1 },
  ],
};

describe.each(Object.entries(BODIES))("a large body of %s is judged as a small one", (name, bodies) => {
  const dialect = DIALECTS[name as keyof typeof DIALECTS];

  test.each(bodies.map((body, index) => [index, body] as const))("body %i", (_index, body) => {
    expect(atOnce(dialect.checkInSteps(body))).toEqual(dialect.check(body));
  });

  test("in several steps", () => {
    const longest = bodies.findLast((body) => dialect.check(body) === undefined) ?? {};
    let steps = 0;
    for (const _ of dialect.checkInSteps(longest)) steps += 1;
    expect(steps).toBeGreaterThan(1);
  });
});
