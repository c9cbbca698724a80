import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOSTILE_UPSTREAMS } from "./hostile-upstreams.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";
import { Lab } from "./testing/lab.ts";
import { SUBJECT_MS_MAX } from "./testing/run-length.ts";
import type { Report } from "./testing/report.ts";

const MEMORY_BYTES_MAX = 32 * 1024 * 1024;
/** How often the work of a yardstick may be done at once: about 100 ms on a machine that does it in 25. */
const BLOCKED_YARDSTICKS_MAX = 4;

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

/** What is wrong with how a call ended or with what it cost, one sentence each. */
function flaws({ ask, kind }: HostileUpstream, reports: readonly Report[]): string[] {
  return reports.flatMap(({ face, error, told, growthBytes, blockedMs, yardstickMs, message }) => {
    const isGateway = face !== "library";
    // A gateway lists the models of the other providers.
    const expected = isGateway && ask === "models" ? undefined : kind;
    return [
      ...(error === expected ? [] : [`${face}: ended in ${error} (${message}), not in ${expected}`]),
      ...(isGateway && (told === undefined) !== (expected === undefined) ? [`${face}: told the client ${told}`] : []),
      ...(growthBytes < MEMORY_BYTES_MAX ? [] : [`${face}: grew by ${growthBytes} bytes`]),
      ...(blockedMs < BLOCKED_YARDSTICKS_MAX * yardstickMs
        ? []
        : [`${face}: blocked the event loop for ${blockedMs} ms; a yardstick is ${yardstickMs} ms`]),
    ];
  });
}

describe("S9: a hostile server costs bounded memory, never blocks, and ends in a classified error", () => {
  // A busy machine can look like a slow subject; not three times.
  test.each(HOSTILE_UPSTREAMS)("$name", { retry: 2, timeout: 2 * SUBJECT_MS_MAX }, async (hostile) => {
    const reports = await lab.examine(hostile);
    expect(reports.map(({ face }) => face)).toHaveLength(3);
    expect(flaws(hostile, reports).join("\n")).toBe("");
  });
});
