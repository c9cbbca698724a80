import { expect, test } from "vitest";
import type { Verdict } from "../finding.ts";
import type { Subject } from "../probe.ts";
import type { Reply } from "../question.ts";
import { chunk, events, reply } from "../testing/wire.ts";
import { cancellation } from "./cancellation.ts";

const LLAMA: Subject = { profile: "llama.cpp", model: "m", embeddingsModel: "m", heard: [] };
const slots = (isProcessing: boolean, elapsedMs = 0): Reply =>
  reply({
    json: [
      { id: 0, is_processing: false },
      { id: 1, is_processing: isProcessing },
    ],
    elapsedMs,
  });
const NO_SLOTS = reply({ status: 501, json: { error: { message: "not supported" } } });

/** Eight chunks, the first after 100 ms, left at `elapsedMs`. */
function left(elapsedMs: number): Reply {
  const text = events(
    Array.from({ length: 8 }, () => chunk({ content: "1 " })),
    "",
  );
  return reply({ body: { stream: true }, text, left: true, contentMs: 100, elapsedMs });
}

const CASES: readonly { readonly what: string; readonly replies: readonly Reply[]; readonly verdict: Verdict }[] = [
  {
    what: "idle long before the rest could be made",
    replies: [slots(false), left(170), slots(false, 20)],
    verdict: "yes",
  },
  { what: "still at work", replies: [slots(false), left(170), slots(true, 2000)], verdict: "no" },
  // 248 tokens at 0.1 ms each take 25 ms.
  {
    what: "idle when the rest may have been made",
    replies: [slots(false), left(100.7), slots(false, 20)],
    verdict: "unknown",
  },
  { what: "at work for others before", replies: [slots(true)], verdict: "unknown" },
  { what: "slots that are not shown", replies: [NO_SLOTS], verdict: "unknown" },
  { what: "slots that are no longer shown", replies: [slots(false), left(170), NO_SLOTS], verdict: "unknown" },
  {
    what: "an answer that ended first",
    replies: [slots(false), reply({ body: { stream: true }, text: events([chunk({}, "stop")]) })],
    verdict: "unknown",
  },
];

test.each(CASES)("$what: $verdict", ({ replies, verdict }) => {
  expect(cancellation.judge(LLAMA, replies).verdict).toBe(verdict);
});

test("where a server does not tell, nothing is asked and nothing is claimed", () => {
  const other = { ...LLAMA, profile: "ollama" };
  expect(cancellation.ask(other, [])).toBeUndefined();
  expect(cancellation.judge(other, []).verdict).toBe("unknown");
});

test("it is looked at before, left in mid-stream, and looked at until it is idle", () => {
  expect(cancellation.ask(LLAMA, [])).toMatchObject({ path: "/slots" });
  expect(cancellation.ask(LLAMA, [slots(false)])).toMatchObject({ path: "/chat/completions", leaveAfter: 8 });
  const look = cancellation.ask(LLAMA, [slots(false), left(170)]);
  expect(look?.until?.(slots(true))).toBe(false);
  expect(look?.until?.(slots(false))).toBe(true);
  expect(cancellation.ask(LLAMA, [slots(false), left(170), slots(false)])).toBeUndefined();
});
