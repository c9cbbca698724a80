import fc from "fast-check";
import { expect, test } from "vitest";
import { AlikeEvents } from "./alike-events.ts";

function event(content: string, more: object = {}): string {
  return `data: ${JSON.stringify({ id: "x", choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })}\n\n`;
}

test("before an event was learned, none is like it", () => {
  expect(new AlikeEvents().includes(event("a"))).toBe(false);
});

test.each([
  ["another text", event(" brown fox, déjà vu"), true],
  ["no text", event(""), true],
  ["a text with an escape", event('say "hi"'), false],
  ["a text with a line feed", event("one\ntwo"), false],
  ["a raw line feed in the text", event("one").replace("one", "one\n"), false],
  ["another field", event("a", { usage: { total_tokens: 1 } }), false],
  ["a finish", event("a").replace("null", '"stop"'), false],
  ["one that is cut off", event("a").slice(0, -3), false],
  ["one that ends the string early", event("a").replace('"a"', '"a","refusal":"no"'), false],
])("%s: %#", (_what, other, alike) => {
  const events = new AlikeEvents();
  events.learn(event('learned \\ with "quotes"'));
  expect(events.includes(other)).toBe(alike);
});

test("a learned event without a text changes nothing", () => {
  const events = new AlikeEvents();
  events.learn(event("a"));
  events.learn('data: {"choices":[{"delta":{"tool_calls":[]}}]}\n\n');
  expect(events.includes(event("b"))).toBe(true);
});

test("an event between two that share their beginning and end is not like them", () => {
  const events = new AlikeEvents();
  events.learn(event("a"));
  const text = event("a");
  expect(events.includes(text.slice(0, text.indexOf('"a"') + 1))).toBe(false);
});

test("whatever is like a good event is JSON, and says the same but for its text", () => {
  const events = new AlikeEvents();
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (learned, text) => {
      events.learn(event(learned));
      const other = event("x").replace('"x"', () => `"${text}"`);
      if (events.includes(other)) expect(JSON.parse(other.slice(6))).toEqual(JSON.parse(event(text).slice(6)));
    }),
  );
});
