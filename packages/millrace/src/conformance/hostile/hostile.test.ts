import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOSTILE_UPSTREAMS } from "./hostile-upstreams.ts";
import type { HostileUpstream } from "./hostile-upstream.ts";
import { Lab } from "./testing/lab.ts";
import { SUBJECT_MS_MAX } from "./testing/run-length.ts";
import type { Report } from "./testing/report.ts";

const MEMORY_BYTES_MAX = 32 * 1024 * 1024;
const BLOCKED_MS_MAX = 50;

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

/** What is wrong with how a call ended or with what it cost, one sentence each. */
function flaws({ ask, kind }: HostileUpstream, reports: readonly Report[]): string[] {
  return reports.flatMap(({ face, error, told, growthBytes, blockedMs, message }) => {
    const isGateway = face !== "library";
    // A gateway lists the models of the other providers.
    const expected = isGateway && ask === "models" ? undefined : kind;
    return [
      ...(error === expected ? [] : [`${face}: ended in ${error} (${message}), not in ${expected}`]),
      ...(isGateway && (told === undefined) !== (expected === undefined) ? [`${face}: told the client ${told}`] : []),
      ...(growthBytes < MEMORY_BYTES_MAX ? [] : [`${face}: grew by ${growthBytes} bytes`]),
      ...(blockedMs < BLOCKED_MS_MAX ? [] : [`${face}: blocked the event loop for ${blockedMs} ms`]),
    ];
  });
}

describe("S9: a hostile server costs bounded memory, never blocks, and ends in a classified error", () => {
  // A busy machine can look like a slow subject; not twice.
  test.each(HOSTILE_UPSTREAMS)("$name", { retry: 1, timeout: 2 * SUBJECT_MS_MAX }, async (hostile) => {
    const reports = await lab.examine(hostile);
    expect(reports.map(({ face }) => face)).toHaveLength(3);
    expect(flaws(hostile, reports)).toEqual([]);
  });
});
