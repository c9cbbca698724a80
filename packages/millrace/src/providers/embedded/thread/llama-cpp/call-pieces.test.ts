import { expect, test } from "vitest";
import { CallPieces } from "./call-pieces.ts";

function chunk(callIndex: number, functionName: string, paramsChunk: string) {
  return { callIndex, functionName, paramsChunk };
}

test("a call's arguments come as they are written, without the line ends behind them", () => {
  const calls = new CallPieces();
  const pieces = ['{"a":', " 1}", "\n", "\n\n"].flatMap((text) => calls.chunk(chunk(0, "f", text)));
  expect([...pieces, ...calls.called({ functionName: "f" })]).toEqual([
    { type: "call", call: 0, name: "f" },
    { type: "arguments", call: 0, text: '{"a":' },
    { type: "arguments", call: 0, text: " 1}" },
    { type: "call-end", call: 0 },
  ]);
});

test("spaces between arguments stay", () => {
  const calls = new CallPieces();
  const pieces = ["{", "\n ", '"a": 1}'].flatMap((text) => calls.chunk(chunk(0, "f", text)));
  expect(pieces.map((piece) => ("text" in piece ? piece.text : "")).join("")).toBe('{\n "a": 1}');
});

test("calls are counted from 0 without gaps, whatever the engine counts", () => {
  const calls = new CallPieces();
  calls.chunk(chunk(0, "f", "{}"));
  calls.called({ functionName: "f" });
  calls.called({ functionName: "ping" });
  expect(calls.chunk(chunk(8, "g", "{"))).toEqual([
    { type: "call", call: 2, name: "g" },
    { type: "arguments", call: 2, text: "{" },
  ]);
});

test("a call that takes no arguments has an empty object of them", () => {
  expect(new CallPieces().called({ functionName: "ping" })).toEqual([
    { type: "call", call: 0, name: "ping" },
    { type: "arguments", call: 0, text: "{}" },
    { type: "call-end", call: 0 },
  ]);
});
