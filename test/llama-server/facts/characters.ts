import { events, type FactSheet, streamed } from "../fact.ts";

const LIKE_EVENTS = ["data: [DONE]\n\n", "event: x\r\ndata: {}\r\n\r\n", "line\u2028sep\u2029nul"];

export const CHARACTERS: FactSheet = {
  file: "07-utf8-and-framing.txt",
  server: "chat",
  facts: [
    {
      title: "characters cut across tokens, stream",
      expected: { choices: [{ text: "cut:😀 你 done", finish: "stop" }] },
      library: events(...streamed("text-delta", ["cut:", "😀", " 你", " done"])),
      gateway: { done: true },
    },
    {
      title: "invalid UTF-8 from the model, stream",
      expected: { choices: [{ text: "bad:\uFFFD\uFFFD after", finish: "stop" }] },
      library: events(...streamed("text-delta", ["bad:", "\uFFFD\uFFFD", " after"])),
      gateway: { done: true },
      notLive: "some builds fail at such bytes, in the middle of the stream",
    },
    {
      title: "text that looks like SSE, stream",
      expected: { choices: [{ text: LIKE_EVENTS.join(""), finish: "stop" }] },
      library: events(...streamed("text-delta", LIKE_EVENTS)),
      gateway: { done: true },
    },
  ],
};
