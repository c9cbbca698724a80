import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The defects that millrace must never have, numbered from 1 under each letter. */
const COUNTS = { Q: 12, N: 12, S: 22, M: 2, H: 1, E: 2, L: 5 };

const IDS = Object.entries(COUNTS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

const ID = /^[QNSMHEL]\d{1,2}$/u;
/** Titles begin with what they are about, as in `"S5, conformance case 95: after content …"`. */
const SUBJECT = /["'`]([^"'`\n:]{1,80}): /gu;
/** A test that does not run holds nothing. */
const ASLEEP = /^\s*(?:\/\/|\*)|\.(?:skip|todo)\b/u;

const src = new URL("../packages/millrace/src/", import.meta.url);

function idsNamedIn(file: string): string[] {
  const lines = readFileSync(new URL(file, src), "utf8").split("\n");
  return lines
    .filter((line) => !ASLEEP.test(line))
    .flatMap((line) => [...line.matchAll(SUBJECT)])
    .flatMap(([, subject = ""]) => subject.split(", "))
    .filter((word) => ID.test(word));
}

const named = new Set(
  readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap(idsNamedIn),
);

test.each(IDS)("the defect %s is named by a test that would fail on it", (id) => {
  expect(named).toContain(id);
});

test("no test names a defect that is not on the list", () => {
  expect([...named].filter((id) => !IDS.includes(id))).toEqual([]);
});
