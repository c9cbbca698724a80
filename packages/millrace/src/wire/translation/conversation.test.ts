import { describe, expect, test } from "vitest";
import { conversationOf, instructedConversation, partsOf } from "./conversation.ts";

const user = { role: "user", content: "hi" } as const;
const system = { role: "system", content: "Be brief." } as const;

describe("all turns of a request", () => {
  test("`system` goes before the messages and `prompt` after them", () => {
    const turns = conversationOf({ model: "m", system: "Be brief.", messages: [user], prompt: "and?" });
    expect(turns).toEqual([system, user, { role: "user", content: "and?" }]);
  });

  test("an empty prompt beside messages is no question", () => {
    expect(conversationOf({ model: "m", messages: [user], prompt: "" })).toEqual([user]);
  });
});

describe("a conversation whose instructions stand at the beginning", () => {
  test("those at the beginning are taken out of it", () => {
    const late = { role: "developer", content: "More." } as const;
    const { instructions, turns, changes } = instructedConversation({ model: "m", messages: [system, late, user] });
    expect(instructions).toEqual([
      { type: "text", text: "Be brief." },
      { type: "text", text: "More." },
    ]);
    expect(turns).toEqual([user]);
    expect(changes).toEqual([]);
  });

  test("one further on becomes a part of it, and that is told", () => {
    const { instructions, turns, changes } = instructedConversation({ model: "m", messages: [user, system] });
    expect(instructions).toEqual([]);
    expect(turns).toEqual([user, { role: "user", content: "Be brief." }]);
    expect(changes).toMatchObject([{ field: "messages[1].role", action: "replaced", to: "user" }]);
  });
});

test("a mark for the cache on a message stands on its last part", () => {
  const cacheControl = { type: "ephemeral" };
  expect(partsOf({ role: "user", content: "hi", cacheControl })).toEqual([{ type: "text", text: "hi", cacheControl }]);
});
