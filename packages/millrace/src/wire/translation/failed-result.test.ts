import { expect, test } from "vitest";
import type { Message } from "../../model/message.ts";
import { saidToFail } from "./failed-result.ts";

test.each<[Message["content"], Message["content"]]>([
  ["gone", "Error: gone"],
  [null, "Error: "],
  [
    [{ type: "text", text: "gone" }],
    [
      { type: "text", text: "Error:" },
      { type: "text", text: "gone" },
    ],
  ],
])("%j is said to have failed", (content, said) => {
  expect(saidToFail(content)).toEqual(said);
});

test.each<[Message["content"]]>([["error: gone"], ["<error>gone</error>"], [[{ type: "text", text: "Errors: 2" }]]])(
  "%j says so itself",
  (content) => {
    expect(saidToFail(content)).toBe(content);
  },
);
