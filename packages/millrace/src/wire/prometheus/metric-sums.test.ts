import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { metricSums } from "./metric-sums.ts";

const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="org/m"} 3.0
vllm:num_requests_running{engine="1",model_name="org/m"} 4.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{engine="0",model_name="org/m"} 12.0
vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 9.0
vllm:num_requests_waiting_by_reason{engine="0",reason="deferred"} 3.0
`;

const SGLANG = `sglang:num_queue_reqs{model_name="m",priority="",tp_rank="0"} 5.0
sglang:num_queue_reqs{model_name="m",priority="1",tp_rank="0"} 3.0
sglang:num_queue_reqs{model_name="m",priority="2",tp_rank="0"} 2.0
`;

function sumOf(text: string, name = "m", partLabel?: string): number | undefined {
  return metricSums(text, { names: [name], ...(partLabel === undefined ? {} : { partLabel }) }).get(name);
}

describe("a metric", () => {
  test("is summed over its label sets, and is not another one that begins with its name", () => {
    const names = ["vllm:num_requests_running", "vllm:num_requests_waiting"];
    expect([...metricSums(VLLM, { names })]).toEqual([
      ["vllm:num_requests_running", 7],
      ["vllm:num_requests_waiting", 12],
    ]);
  });

  test("is not counted twice where a label splits a total up", () => {
    expect(sumOf(SGLANG, "sglang:num_queue_reqs", "priority")).toBe(5);
    expect(sumOf(SGLANG.replaceAll('priority="",', ""), "sglang:num_queue_reqs", "priority")).toBe(5);
  });

  test("that is not there is unknown, not 0", () => {
    expect(metricSums(VLLM, { names: ["sglang:num_running_reqs", ""] }).size).toBe(0);
  });
});

describe("a sample", () => {
  test.each<[string, string, number]>([
    ["without labels", "m 4\n", 4],
    ["with a time", "m 4 1395066363000\n", 4],
    ["with an exemplar", 'm{a="b"} 4 # {trace="x"} 1 2\n', 4],
    ["with an exponent", "m 1.5e1\n", 15],
    ["with tabs and a carriage return", "m\t4\t1\r\n", 4],
    ["with empty labels", "m{} 4\n", 4],
    ["with a comma behind the last label", 'm{a="b",} 4\n', 4],
    ["with spaces between its labels", 'm{ a = "b" , c="d" } 4\n', 4],
    ["with a brace, a quote and a backslash in a label", String.raw`m{a="}\"\\"} 4` + "\n", 4],
    ["on a last line without its end", "x 1\nm 4", 4],
  ])("%s is read", (_title, text, value) => {
    expect(sumOf(text)).toBe(value);
  });

  test.each<[string, string]>([
    ["of no value", "m\n"],
    ["of an empty value", "m \n"],
    ["that is not a number", "m NaN\n"],
    ["that is infinite", "m +Inf\nm -Inf\n"],
    ["too large to be a number", "m 1e999\n"],
    ["in another notation", "m 0x10\n"],
    ["whose labels do not end", 'm{a="b 4\n'],
    ["whose label is no label", "m{a} 4\n"],
    ["in a comment", "# m 4\n"],
    ["of a metric whose name goes on with a number", "m4\n"],
    ["in the middle of a line", "x m 4\n"],
  ])("%s is left out, and the next one is read", (_title, text) => {
    expect(sumOf(text)).toBeUndefined();
    expect(sumOf(`${text}m 2\n`)).toBe(2);
  });
});

const label = fc.tuple(fc.stringMatching(/^[a-zA-Z_]\w{0,8}$/), fc.string({ unit: "binary", maxLength: 12 }));
const sample = fc.record({ labels: fc.array(label, { maxLength: 4 }), value: fc.integer({ min: 0, max: 1e6 }) });

function written({ labels, value }: { readonly labels: [string, string][]; readonly value: number }): string {
  const escaped = (text: string): string =>
    text
      .replaceAll("\\", "\\\\")
      .replaceAll('"', String.raw`\"`)
      .replaceAll("\n", String.raw`\n`);
  return `m{${labels.map(([name, text]) => `${name}="${escaped(text)}"`).join(",")}} ${value}`;
}

describe("for any text", () => {
  test("what was written is what is read", () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 8 }), (samples) => {
        const text = ["# TYPE m gauge", ...samples.map(written), "mm 1", ""].join("\n");
        expect(sumOf(text)).toBe(samples.reduce((sum, { value }) => sum + value, 0));
      }),
    );
  });

  test("only finite numbers come of it, and only for the names that were asked for", () => {
    const piece = fc.constantFrom("m", "\n", "{", "}", '"', "\\", ",", "=", " ", "1", "e9", "a", "NaN", "#", "\r");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const sums = metricSums(pieces.join(""), { names: ["m"], partLabel: "a" });
        expect([...sums.keys()].every((name) => name === "m")).toBe(true);
        expect([...sums.values()].every(Number.isFinite)).toBe(true);
      }),
    );
  });

  test.each<[string, string]>([
    ["names in a row", "m ".repeat(500_000)],
    ["labels that never end", `m{${'a="b",'.repeat(150_000)}`],
    ["a label that never ends", `m{a="${"\\".repeat(8_000_001)}`],
    ["quotes", `m{${'"'.repeat(1_000_000)}`],
    ["lines that begin well", "m{\n".repeat(300_000)],
  ])("a megabyte of %s ends", (_title, text) => {
    expect(sumOf(`${text}\nm 1\n`)).toBe(1);
  });
});
