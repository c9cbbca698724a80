import { describe, expect, test } from "vitest";
import { afterWarmUp, judge, type Observations } from "./judgement.ts";
import { reconcile } from "./records.ts";
import type { Sample } from "./sampler.ts";

const open = { TCPServerWrap: 1, Timeout: 2, descriptors: 25 };

/** Samples of ten minutes, one every two seconds. */
function samples(heapAt: (minutes: number) => number): Sample[] {
  return Array.from({ length: 300 }, (_, at) => {
    const minutes = at / 30;
    return { minutes, heap: heapAt(minutes) + (at % 5) / 5, external: 10, rss: 150, open };
  });
}

const sound: Observations = {
  samples: samples(() => 30),
  openBefore: open,
  openAfter: open,
  asked: [{ kind: "whole", recorded: true, id: "r1", status: 200, ending: "complete" }],
  endings: new Map([["whole", ["200 complete"]]]),
  reconciliation: reconcile([], []),
  hung: [],
  stopMs: [1, 2, 30],
  orphans: 0,
  begunAfter: 0,
  reloads: { done: 4, wrong: [] },
  oddLines: [],
  exitCode: 0,
};

/** What a run breaks that differs from a sound one in this. */
const broken = (more: Partial<Observations>): string[] =>
  judge({ ...sound, ...more })
    .filter(({ state }) => state === "broken")
    .map(({ what }) => what);

test("a sound run breaks nothing, and everything is judged", () => {
  expect(judge(sound).map(({ state }) => state)).not.toContain("not judged");
  expect(broken({})).toEqual([]);
});

describe("memory", () => {
  test("that grows by half a megabyte a minute is a leak", () => {
    expect(broken({ samples: samples((minutes) => 30 + minutes / 2) })).toEqual(["heap after collection"]);
  });

  test("that grows while the run is warming up is none", () => {
    expect(broken({ samples: samples((minutes) => 30 + Math.min(minutes, 3) * 5) })).toEqual([]);
  });

  test("that jumps up and down is none", () => {
    expect(broken({ samples: samples((minutes) => 30 + (Math.floor(minutes * 3) % 2) * 8) })).toEqual([]);
  });

  test("is not judged by a run that is too short for it", () => {
    const states = judge({ ...sound, samples: sound.samples.slice(0, 120) }).map(({ state }) => state);
    expect(states.slice(0, 3)).toEqual(["not judged", "not judged", "not judged"]);
  });
});

test("the warm-up is the first three minutes", () => {
  expect(afterWarmUp(sound.samples)[0]?.minutes).toBe(3);
});

describe("what is open at rest", () => {
  const what = "kinds of sockets, timers and descriptors left open";

  test.each([
    ["a timer more", { ...open, Timeout: 3 }],
    ["a kind that was not there", { ...open, TCPSocketWrap: 1 }],
  ])("breaks it by %s", (_title, openAfter) => {
    expect(broken({ openAfter })).toEqual([what]);
  });

  test("may be less than before", () => {
    expect(broken({ openAfter: { ...open, Timeout: 1 } })).toEqual([]);
  });
});

test.each<[string, Partial<Observations>]>([
  ["records lost", { reconciliation: reconcile(sound.asked, []) }],
  [
    "records doubled",
    {
      reconciliation: reconcile(
        sound.asked,
        Array.from({ length: 2 }, () => ({ id: "r1", key: "whole", status: 200, outcome: "completed" })),
      ),
    },
  ],
  ["answers other than they should be", { endings: new Map([["whole", ["502 refused"]]]) }],
  ["answers other than they should be", { endings: new Map() }],
  ["requests that hang", { hung: ["whole"] }],
  ["reloads with another effect than they should, of 4", { reloads: { done: 4, wrong: ["first: nothing"] } }],
  ["reloads with another effect than they should, of 0", { reloads: { done: 0, wrong: [] } }],
  ["lines in the log that should not be there", { oddLines: ['{"event":"defect"}'] }],
  ["endings but with code 0", { exitCode: 1 }],
])("a run breaks %s", (what, more) => {
  expect(broken(more)).toEqual([what]);
});

/** So many calls that stop at once, and so many that take longer. */
const manyStops = (atOnce: number, late: number, lateMs: number): number[] => [
  ...Array.from({ length: atOnce }, () => 1),
  ...Array.from({ length: late }, () => lateMs),
];

describe("a call whose client has left", () => {
  test("may meet a pause of the machine, as one in a thousand does", () => {
    expect(broken({ stopMs: manyStops(999, 1, 200) })).toEqual([]);
  });

  test.each<[string, Partial<Observations>]>([
    ["runs on for longer than promised, as one in fifty does", { stopMs: manyStops(98, 2, 101) }],
    ["runs on for half a second", { stopMs: manyStops(999, 1, 501) }],
    ["never stops", { orphans: 1 }],
    ["is begun after it", { begunAfter: 1 }],
    ["is never seen", { stopMs: [] }],
  ])("breaks it when it %s", (_title, more) => {
    expect(broken(more)).toEqual([expect.stringContaining("time until a call stops")]);
  });
});

test("of many findings that are alike, one is told with how many there are", () => {
  const asked = Array.from({ length: 3 }, () => ({ ...sound.asked[0]!, status: 504, ending: "refused" as const }));
  const finding = judge({ ...sound, asked }).find(({ what }) => what === "answers other than they should be");
  expect(finding).toMatchObject({ measured: "3", details: ["whole: 504 refused, 3 times"] });
});
