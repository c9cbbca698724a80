import { type FactSheet, streamed } from "../fact.ts";

/** The endless script, as far as it came: seven rounds of sixteen words, less three. */
const SUNG = Array.from({ length: 7 * 16 - 3 }, (_, at) => `${at === 0 ? "" : " "}la${at % 16}`);

const CUT_OFF = {
  choices: [{ text: SUNG.join(""), toolCalls: [] }],
  error: {
    code: "context_overflow",
    message: /Context size has been exceeded\.$/,
    upstream: { status: 500, type: "server_error" },
  },
};

export const MID_STREAM: FactSheet = {
  file: "12-error-mid-stream.txt",
  facts: [
    {
      title: "the shared cache runs out in the middle of a stream",
      expected: CUT_OFF,
      library: {
        error: { kind: "context_overflow", retry: "elsewhere", partial: true },
        events: ["start", "metadata", ...streamed("text-delta", SUNG)],
      },
      // The head is long gone: the error is the stream's last event, and no `[DONE]` makes a success of it.
      gateway: { status: 200, done: false },
    },
  ],
};
