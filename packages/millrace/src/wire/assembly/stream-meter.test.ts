import { expect, test } from "vitest";
import { StreamMeter } from "./stream-meter.ts";

test("a stream that is larger than the limit stops", () => {
  const meter = new StreamMeter({ streamBytes: 100, quietBytes: 1000 });
  expect(meter.count(100, true)).toBeUndefined();
  expect(meter.count(1, true)).toMatchObject({ kind: "protocol" });
});

test("so does one that gives no content for too long, counted from the last content", () => {
  const meter = new StreamMeter({ streamBytes: 1000, quietBytes: 100 });
  expect(meter.count(100, false)).toBeUndefined();
  expect(meter.count(500, true)).toBeUndefined();
  expect(meter.count(100, false)).toBeUndefined();
  expect(meter.count(1, false)).toMatchObject({ kind: "protocol" });
});
