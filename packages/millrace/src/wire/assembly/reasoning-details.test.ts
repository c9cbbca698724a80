import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { ReasoningDetails } from "./reasoning-details.ts";

function blocks(...pieces: JsonObject[]): JsonObject[] {
  const details = new ReasoningDetails();
  for (const piece of pieces) details.add(piece);
  return details.toArray();
}

test("conformance case 135: pieces of one index and type are one block", () => {
  const text = { type: "reasoning.text", index: 0, format: "v1" };
  expect(
    blocks(
      { ...text, text: "Two and " },
      { ...text, text: "two" },
      { type: "reasoning.encrypted", index: 0, data: "AbC=" },
      { ...text, signature: "sig" },
      { type: "reasoning.summary", index: 1, summary: "Sum" },
    ),
  ).toEqual([
    { ...text, text: "Two and two", signature: "sig" },
    { type: "reasoning.encrypted", index: 0, data: "AbC=" },
    { type: "reasoning.summary", index: 1, summary: "Sum" },
  ]);
});

test("blocks without an index are whole, and stay apart and as they are", () => {
  const block = { type: "reasoning.encrypted", data: "x" };
  expect(blocks(block, block)).toEqual([block, block]);
});
