import { expect, test } from "vitest";
import type { RequestRecord } from "../../gateway/ports.ts";
import { requestRecord } from "../../gateway/testing/request-record.ts";
import { MemoryRecords } from "./records.ts";

const record = (id: number): RequestRecord => requestRecord({ id: String(id), receivedAtMs: id });

const ids = (records: readonly RequestRecord[]): number[] => records.map(({ id }) => Number(id));

test("keeps the newest 1,000, newest first", () => {
  const store = new MemoryRecords();
  for (let id = 1; id <= 2_345; id += 1) store.add(record(id));
  expect(ids(store.newest())).toEqual(Array.from({ length: 1_000 }, (_, at) => 2_345 - at));
});

test("gives what there is before it is full, and no more than asked for", () => {
  const store = new MemoryRecords(4);
  expect(store.newest()).toEqual([]);
  for (const id of [1, 2, 3]) store.add(record(id));
  expect(ids(store.newest())).toEqual([3, 2, 1]);
  expect(ids(store.newest(2))).toEqual([3, 2]);
  for (const id of [4, 5, 6]) store.add(record(id));
  expect(ids(store.newest())).toEqual([6, 5, 4, 3]);
});

test("finds a record by its id until it is pushed out", () => {
  const store = new MemoryRecords(2);
  for (const id of [1, 2, 3]) store.add(record(id));
  expect(store.find("2")?.receivedAtMs).toBe(2);
  expect(store.find("1")).toBeUndefined();
});
