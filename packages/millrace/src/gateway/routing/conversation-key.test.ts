import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { outlineOf } from "../../wire/json/outline.ts";
import { conversationKey } from "./conversation-key.ts";

const system = { role: "system", content: "Be brief." };
const user = { role: "user", content: "Why is the sky blue?" };
const opening = conversationKey({ messages: [system, user] });

describe("a conversation is known by its beginning", () => {
  test.each<[string, JsonObject]>([
    [
      "as it grows",
      { messages: [system, user, { role: "assistant", content: "Rayleigh." }, { role: "user", content: "?" }] },
    ],
    ["whatever else the request says", { messages: [system, user], temperature: 1, tools: [] }],
    [
      "with the developer in the place of the system",
      { messages: [{ role: "developer", content: "Be brief." }, user] },
    ],
    ["with a greeting in between", { messages: [system, { role: "assistant", content: "Hello" }, user] }],
    ["written in parts", { messages: [system, { role: "user", content: [{ type: "text", text: user.content }] }] }],
    ["with the system beside the messages", { system: "Be brief.", messages: [user] }],
  ])("%s", (_, body) => {
    expect(conversationKey(body)).toBe(opening);
  });

  test.each<[string, JsonObject]>([
    ["another question", { messages: [system, { role: "user", content: "Why is the sea blue?" }] }],
    ["another system", { messages: [{ role: "system", content: "Be long." }, user] }],
    ["no system", { messages: [user] }],
    ["only a system", { messages: [system] }],
    [
      "the two the other way round",
      {
        messages: [
          { role: "system", content: user.content },
          { role: "user", content: system.content },
        ],
      },
    ],
    ["one text of both", { messages: [{ role: "user", content: system.content + user.content }] }],
    ["a prompt", { prompt: "Be brief. Why is the sky blue?" }],
  ])("%s is another one", (_, body) => {
    const key = conversationKey(body);
    expect(key).toBeDefined();
    expect(key).not.toBe(opening);
  });

  test("of a message in parts the last text counts too: agents say the same to everybody first", () => {
    const asked = (text: string): JsonObject => ({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "You run on Linux." },
            { type: "text", text },
          ],
        },
      ],
    });
    expect(conversationKey(asked("one"))).not.toBe(conversationKey(asked("two")));
  });

  test.each<[string, JsonObject]>([
    ["nothing", {}],
    ["no message", { messages: [] }],
    ["what is no message", { messages: [null, 1, "x", [], { role: "user" }], system: 7 }],
    ["pictures only", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] }],
    ["token numbers", { prompt: [1, 2, 3] }],
    ["messages that are none", { messages: "hello" }],
  ])("%s has no key", (_, body) => {
    expect(conversationKey(body)).toBeUndefined();
  });
});

describe("a text that is cut short in a large body", () => {
  test.each<[string, string]>([
    ["plain", "The quick brown fox. ".repeat(400)],
    ["of three bytes a character", "快速的棕色狐狸跳过了懒狗。".repeat(400)],
    ["of four bytes a character", "a😀".repeat(2000)],
    ["of escapes only", "\\\n\t".repeat(2000)],
    ["that escapes what need not be", "//".repeat(4000)],
  ])("%s: the key stays", (_, text) => {
    const whole = { messages: [{ role: "system", content: text }, user] };
    const bytes = new TextEncoder().encode(JSON.stringify(whole).replaceAll("/", "\\/"));
    const outline = outlineOf(bytes) ?? bytes;
    expect(outline.length).toBeLessThan(bytes.length / 2);
    expect(conversationKey(JSON.parse(new TextDecoder().decode(outline)))).toBe(conversationKey(whole));
  });
});

test("ten thousand conversations have ten thousand keys", () => {
  const keys = new Set<string | undefined>();
  for (let at = 0; at < 10_000; at += 1)
    keys.add(conversationKey({ messages: [system, { role: "user", content: `${at}` }] }));
  expect(keys.size).toBe(10_000);
});
