import { events, type FactSheet, streamed } from "../fact.ts";
import { ADA, ADA_PIECES, cached, counted, HELLO, HELLO_PIECES } from "./spoken.ts";

const SAYS_HELLO = { choices: [{ text: HELLO, toolCalls: [], finish: "stop" }], model: "tiny", error: undefined };
const SAYS_ADA_TWICE = {
  choices: [
    { text: ADA, finish: "stop" },
    { text: ADA, finish: "stop" },
  ],
  model: "tiny",
};
const CUT = { choices: [{ text: "Hello! I am ", finish: "length" }] };
const FINGERPRINT = { extra: { system_fingerprint: "b1-de3ff81" } };

const says = (pieces: readonly string[]): ReturnType<typeof events> => events(...streamed("text-delta", pieces));
const twice = (texts: readonly string[]): readonly string[] => texts.flatMap((text) => [text, text]);

export const CHAT: FactSheet = {
  file: "02-chat-stream.txt",
  server: "chat",
  facts: [
    {
      title: "stream, no usage asked",
      expected: SAYS_HELLO,
      // The count comes with the timings, asked for or not.
      library: { ...counted(20, 15), ...says(HELLO_PIECES), warnings: [] },
      gateway: { status: 200, done: true, usage: undefined },
      recorded: FINGERPRINT,
    },
    {
      title: "stream + include_usage",
      expected: { ...SAYS_HELLO, ...counted(20, 15) },
      library: { ...says(HELLO_PIECES), warnings: [] },
      gateway: { status: 200, done: true },
      recorded: { ...cached(19), ...FINGERPRINT },
    },
    {
      title: "non-stream",
      expected: { ...SAYS_HELLO, ...counted(20, 15) },
      library: { warnings: [], events: undefined },
      gateway: { status: 200 },
      recorded: { ...cached(19), ...FINGERPRINT },
    },
    {
      title: "unknown model name is accepted and the answer names the loaded one",
      expected: { ...SAYS_HELLO, ...counted(20, 15) },
      library: { warnings: ["model-mismatch"] },
      gateway: { status: 200 },
    },
    {
      title: "no model at all",
      expected: { ...SAYS_HELLO, ...counted(20, 15) },
      gateway: { status: 200 },
    },
    {
      title: "max_tokens 3 -> length",
      expected: CUT,
      library: { ...counted(20, 3), ...says(HELLO_PIECES.slice(0, 3)) },
      gateway: { status: 200, done: true },
    },
    { title: "max_completion_tokens 3", expected: { ...CUT, ...counted(20, 3) } },
    {
      title: "stop string",
      expected: { choices: [{ text: "Hello! I am a ", finish: "stop" }], ...counted(20, 5) },
    },
    { title: "developer role", expected: { ...SAYS_HELLO, ...counted(38, 15) }, recorded: cached(0) },
    {
      title: "content as array (parts are joined with a newline, so the marker is broken up)",
      expected: { ...SAYS_HELLO, ...counted(32, 15) },
      recorded: cached(6),
    },
    { title: "n=2", expected: { ...SAYS_ADA_TWICE, ...counted(20, 8) }, gateway: { status: 200 } },
    {
      title: "n=2 stream",
      expected: SAYS_ADA_TWICE,
      // The two answers take turns; each has its end when both are done.
      library: {
        events: [
          "start",
          "metadata",
          ...twice(streamed("text-delta", ADA_PIECES)),
          "metadata",
          "usage",
          "metadata",
          "usage",
          "choice-finish",
          "choice-finish",
          "finish",
        ],
      },
      gateway: { status: 200, done: true },
    },
    {
      title: "n=9 (more than slots)",
      expected: {
        choices: [],
        error: { code: "bad_request", upstream: { status: 400, type: "invalid_request_error" } },
      },
      library: { error: { message: /^upstream: Field 'n': .* got 9$/, kind: "bad_request", retry: "never" } },
      gateway: { status: 400 },
    },
  ],
};
