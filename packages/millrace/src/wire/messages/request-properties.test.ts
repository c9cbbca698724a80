import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { checkMessagesRequest } from "./check.ts";
import { encodeMessagesRequest } from "./encode-request.ts";
import { decodeMessagesRequest } from "./request.ts";
import { ANTHROPIC_RULES, COMPATIBLE_MESSAGES_RULES } from "./rules.ts";
import type { Block, WireTurn } from "./types.ts";

const OPTIONS = { model: "claude-sonnet-4-6", stream: true, translated: true };

function turnsOf(request: InferenceRequest): readonly WireTurn[] {
  return encodeMessagesRequest(request, OPTIONS, ANTHROPIC_RULES).body["messages"] as unknown as readonly WireTurn[];
}

function blocksIn({ content }: WireTurn): readonly Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

test("whatever is asked: turns alternate, results come first, ids fit, and no text is empty", () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      const turns = turnsOf(request);
      for (const [index, turn] of turns.entries()) {
        expect(turn.role).toBe(index % 2 === 0 ? "user" : "assistant");
        const blocks = blocksIn(turn);
        const results = blocks.filter(({ type }) => type === "tool_result");
        expect(blocks.slice(0, results.length)).toEqual(results);
        for (const block of blocks) {
          if (block["type"] === "text") expect(String(block["text"] as string).trim()).not.toBe("");
          const id = block["id"] ?? block["tool_use_id"];
          if (id !== undefined) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/u);
        }
      }
    }),
  );
});

test("whatever is asked, its fields are of the kinds that the dialect wants", () => {
  const known = new Set([
    "model",
    "max_tokens",
    "system",
    "messages",
    "stream",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "metadata",
    "service_tier",
  ]);
  fc.assert(
    fc.property(anyRequest, ({ extra: _own, ...request }) => {
      const { body } = encodeMessagesRequest(request, OPTIONS, ANTHROPIC_RULES);
      expect(Object.keys(body).filter((field) => !known.has(field))).toEqual([]);
      // Conversations here are at random, and results need no calls.
      const failure = checkMessagesRequest(body);
      expect(failure?.param?.replace(/^messages\.\d+\.content\.\d+(?:\.tool_use_id)?$/u, "") ?? "").toBe("");
    }),
  );
});

test("the beginning of a conversation stays the same as it grows", () => {
  fc.assert(
    fc.property(anyRequest, fc.nat({ max: 5 }), (request, cut) => {
      const { messages = [] } = request;
      const earlier = messages.slice(0, 1 + (cut % messages.length));
      fc.pre(earlier.some(({ role }) => role === "user" || role === "assistant" || role === "tool"));
      const before = turnsOf({ ...request, messages: earlier }).slice(0, -1);
      expect(turnsOf(request).slice(0, before.length)).toEqual(before);
    }),
  );
});

/** Texts, calls and results of a conversation that the dialect can hold, in order. */
const someTurns = fc
  .array(
    fc.record({
      asks: fc.stringMatching(/^[a-z]{1,6}$/u),
      says: fc.stringMatching(/^[A-Z]{1,6}$/u),
      signed: fc.boolean(),
      calls: fc.array(fc.stringMatching(/^\{"a":[1-9]\}$/u), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((rounds) => rounds.flatMap(roundOf));

function roundOf(
  {
    asks,
    says,
    signed,
    calls,
  }: { readonly asks: string; readonly says: string; readonly signed: boolean; readonly calls: readonly string[] },
  round: number,
): readonly Message[] {
  const toolCalls = calls.map((text, index) => ({
    ...({ id: `c${round}-${index}`, type: "function", name: "f", arguments: text } as const),
    input: JSON.parse(text) as Record<string, number>,
  }));
  const detail = { type: "reasoning.text", text: "Hm", signature: `s${round}`, format: "anthropic-claude-v1" };
  return [
    { role: "user", content: asks },
    {
      role: "assistant",
      content: says,
      ...(signed && { reasoning: "Hm", reasoningDetails: [detail] }),
      ...(toolCalls.length > 0 && { toolCalls }),
    },
    ...toolCalls.map(({ id }) => ({ role: "tool", toolCallId: id, content: `result of ${id}` }) as const),
  ];
}

test("what is written is read again as it was", () => {
  fc.assert(
    fc.property(someTurns, fc.boolean(), (messages, isOther) => {
      const rules = isOther ? COMPATIBLE_MESSAGES_RULES : ANTHROPIC_RULES;
      const request = { model: OPTIONS.model, messages, maxTokens: 10, stop: ["#"], toolChoice: "auto" } as const;
      const { body, changes } = encodeMessagesRequest(
        { ...request, tools: [{ name: "f", parameters: { type: "object" } }] },
        OPTIONS,
        rules,
      );
      expect(changes).toEqual([]);
      expect(checkMessagesRequest(body)).toBeUndefined();
      const read = decodeMessagesRequest(body);
      expect(read).toMatchObject({ request, changes: [] });
      expect(read.request.messages).toEqual(messages);
    }),
  );
});
