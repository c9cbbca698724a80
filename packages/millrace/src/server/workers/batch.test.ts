import { beforeEach, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { RequestRecord } from "../../gateway/ports.ts";
import { requestRecord } from "../../gateway/testing/request-record.ts";
import { Batch, type BatchContent } from "./batch.ts";

let clock: FakeClock;
let posted: BatchContent[];
let batch: Batch;
beforeEach(() => {
  clock = new FakeClock();
  posted = [];
  batch = new Batch(clock, (content) => void posted.push(content));
});

const record = (id: string): RequestRecord => requestRecord({ id });

test("what comes within 20 ms is one message, in order", () => {
  batch.write("one\n");
  clock.advance(19);
  batch.add(record("a"));
  batch.write("two\n");
  batch.add(record("b"));
  expect(posted).toEqual([]);
  clock.advance(1);
  expect(posted).toEqual([{ lines: "one\ntwo\n", records: [record("a"), record("b")] }]);
});

test("what comes later is another, and silence is none", () => {
  batch.write("one\n");
  clock.advance(20);
  clock.advance(1000);
  batch.write("two\n");
  clock.advance(20);
  expect(posted.map(({ lines }) => lines)).toEqual(["one\n", "two\n"]);
  expect(clock.pending).toBe(0);
});

test("a flush posts at once what is held, once", () => {
  batch.add(record("a"));
  batch.flush();
  batch.flush();
  clock.advance(20);
  expect(posted).toEqual([{ lines: "", records: [record("a")] }]);
});

test.each<[string, (at: number) => void, number]>([
  ["256 records", (at) => batch.add(record(String(at))), 256],
  ["64 KiB of lines", () => batch.write(`${"x".repeat(1023)}\n`), 64],
])("%s do not wait", (_title, give, count) => {
  for (let at = 0; at < count - 1; at += 1) give(at);
  expect(posted).toHaveLength(0);
  give(count);
  expect(posted).toHaveLength(1);
});
