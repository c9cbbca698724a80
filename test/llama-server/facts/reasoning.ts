import { events, type FactSheet, streamed } from "../fact.ts";
import { counted, HELLO } from "./spoken.ts";

const THOUGHT_PIECES = ["Two ", "and ", "two ", "make", " fou", "r, s", "urel", "y.\n"];
const ANSWER_PIECES = ["The ", "answ", "er i", "s 4."];
const THINKS = {
  choices: [{ text: "The answer is 4.", reasoning: "Two and two make four, surely.\n", finish: "stop" }],
};
const PONDERING_PIECES = ["S", "till", " pon", "deri", "ng w", "hen ", "the ", "budg", "et e", "nds"];

export const REASONING: FactSheet = {
  file: "04-reasoning.txt",
  server: "chat",
  facts: [
    {
      title: "think, stream (reasoning_content)",
      expected: THINKS,
      library: {
        ...counted(20, 17),
        ...events(...streamed("reasoning-delta", THOUGHT_PIECES), ...streamed("text-delta", ANSWER_PIECES)),
      },
    },
    { title: "think, non-stream", expected: { ...THINKS, ...counted(20, 17) } },
    {
      title: "never closes the tag",
      expected: { choices: [{ text: "", reasoning: "Still pondering when the budget ends", finish: "stop" }] },
      library: {
        warnings: ["only-reasoning"],
        events: [
          "start",
          "metadata",
          ...streamed("reasoning-delta", PONDERING_PIECES),
          "metadata",
          "usage",
          "warning",
          "choice-finish",
          "finish",
        ],
      },
    },
    {
      title: "reasoning_format none -> tags in content",
      expected: {
        choices: [
          {
            text: "<think>\nTwo and two make four, surely.\n</think>\n\nThe answer is 4.",
            reasoning: undefined,
            finish: "stop",
          },
        ],
      },
    },
    {
      title: "reasoning_effort none",
      expected: { choices: [{ text: HELLO, reasoning: undefined, finish: "stop" }], ...counted(35, 15) },
    },
  ],
};
