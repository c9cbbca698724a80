import { after, batched, endless, filler, numbered } from "./endless.ts";
import { MiB, stream, said, call, BEGUN, BILLION, LONG_TEXT, SHORT, QUIET, DEEP } from "./hostile-replies.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";

/** Servers whose events are too many or too large. */
export const EVENTS: readonly HostileUpstream[] = [
  {
    name: "one endless line",
    ask: "stream",
    kind: "protocol",
    script: stream(() => after<string | Uint8Array>("data: ", endless(filler()))),
  },
  {
    name: "endless data lines in one event",
    ask: "stream",
    kind: "protocol",
    script: stream(() => batched(endlessText("data: x\n"))),
  },
  {
    name: "comments without content",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => endless(": keep-alive\n\n".repeat(4000))),
  },
  {
    name: "one endless comment",
    ask: "stream",
    kind: "protocol",
    script: stream(() => after<string | Uint8Array>(": ", endless(filler()))),
  },
  {
    name: "comments behind the first content",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => after(BEGUN, endless(": keep-alive\n\n".repeat(4000)))),
  },
  {
    name: "chunks without content",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => batched(endlessText(said({})))),
  },
  {
    name: "lines that are no fields",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => after("data: {}\n\n", endless("field: x\n\n".repeat(6000)))),
  },
  {
    name: "events of one letter",
    ask: "stream",
    kind: "protocol",
    shortLimits: { streamBytes: 12 * MiB, assembledBytes: 2 * MiB },
    script: stream(() => batched(endlessText(said({ content: "x" })))),
  },
  {
    name: "text beyond the limit",
    ask: "stream",
    kind: "protocol",
    shortLimits: SHORT,
    script: stream(() => endless(said({ content: LONG_TEXT }))),
  },
  {
    name: "text of two-byte characters",
    ask: "stream",
    kind: "protocol",
    shortLimits: SHORT,
    script: stream(() => endless(said({ content: "世界".repeat(4000) }))),
  },
  {
    name: "arguments that never end",
    ask: "stream",
    kind: "protocol",
    shortLimits: SHORT,
    script: stream(() =>
      after(
        call(0, { id: "a", function: { name: "f", arguments: '{"a":"' } }),
        endless(call(0, { function: { arguments: LONG_TEXT } })),
      ),
    ),
  },
  {
    name: "a tool call at index 1000000000, and at every one behind it",
    ask: "stream",
    kind: "protocol",
    shortLimits: { streamBytes: 8 * MiB },
    script: stream(() =>
      batched(numbered((n) => call(BILLION + n, { id: `call-${n}`, function: { name: "f", arguments: "{}" } }))),
    ),
  },
  {
    name: "a choice at index 1000000000, and at every one behind it",
    ask: "stream",
    kind: "protocol",
    shortLimits: SHORT,
    script: stream(() => batched(numbered((n) => said({ content: "x" }, { index: BILLION + n })))),
  },
  {
    name: "a field that was not there before, in every chunk",
    ask: "stream",
    kind: "protocol",
    shortLimits: QUIET,
    script: stream(() => batched(numbered((n) => said({}, {}, { [`field-${n}`]: n })))),
  },
  {
    name: "JSON nested a million deep",
    ask: "stream",
    kind: "protocol",
    script: stream(() => after(BEGUN, endless(`data: {"choices":[],"x":${DEEP}}\n\n`))),
  },
];

function endlessText(text: string): Iterable<string> {
  return numbered(() => text);
}
