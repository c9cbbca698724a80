import { expect, test } from "vitest";
import type { LlamaSequence } from "./api.ts";
import { PromptReader } from "./prompt-reader.ts";

const TOKENS = Array.from({ length: 500 }, (_, token) => token);

/** A sequence that holds the first tokens of a prompt already, and is told to stop after some pieces. */
function sequence(held: number, onPiece: (count: number) => void = () => undefined) {
  const pieces: number[][] = [];
  const fake: LlamaSequence & { readonly pieces: number[][] } = {
    pieces,
    contextSize: 1000,
    nextTokenIndex: held,
    tokenMeter: { usedOutputTokens: 0 },
    compareContextTokens: () => ({ firstDifferentIndex: held }),
    adaptStateToTokens: () => Promise.resolve(),
    evaluateWithoutGeneratingNewTokens: (tokens) => {
      pieces.push([...tokens]);
      onPiece(pieces.length);
      return Promise.resolve();
    },
  };
  return fake;
}

test("a prompt is read in pieces, all but its last token", async () => {
  const read = sequence(0);
  expect(await new PromptReader().read(read, TOKENS, new AbortController().signal)).toBe(0);
  expect(read.pieces.flat()).toEqual(TOKENS.slice(0, -1));
  expect(read.pieces.length).toBeGreaterThan(1);
});

test("what is there already is not read again", async () => {
  const read = sequence(490);
  expect(await new PromptReader().read(read, TOKENS, new AbortController().signal)).toBe(490);
  expect(read.pieces.flat()).toEqual(TOKENS.slice(490, -1));
});

test("reading stops between two pieces when nobody wants it any more", async () => {
  const stop = new AbortController();
  const read = sequence(0, (count) => count === 2 && stop.abort(new Error("left")));
  await expect(new PromptReader().read(read, TOKENS, stop.signal)).rejects.toThrow("left");
  expect(read.pieces).toHaveLength(2);
});
