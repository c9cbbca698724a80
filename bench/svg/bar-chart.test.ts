import { expect, test } from "vitest";
import { type Bar, barChart, type Group } from "./bar-chart.ts";

const bar = (series: string, value: number): Bar => ({
  series,
  value,
  low: value * 0.9,
  high: value * 1.1,
  text: value.toFixed(2),
});

function drawn(...groups: Group[]): string {
  return barChart({ title: "Cost", subtitle: "less is better", groups, reference: 1 });
}

test("every bar has its length, its whisker and its figure", () => {
  const svg = drawn({ label: "JSON", bars: [bar("bare", 1), bar("millrace", 1.5)] });
  const widths = [...svg.matchAll(/class="s\d" x="20" y="[\d.]+" width="([\d.]+)" height="12"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths).toHaveLength(2);
  expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(1.5, 2);
  expect(svg.match(/class="whisker" d=/g)).toHaveLength(2);
  expect(svg).toContain(">1.50</text>");
});

test("a series has one colour in all groups and stands in the legend once", () => {
  const svg = drawn(
    { label: "JSON", bars: [bar("bare", 1), bar("millrace", 2)] },
    { label: "SSE", bars: [bar("millrace", 2)] },
  );
  expect(svg.match(/>millrace<\/text>/g)).toHaveLength(1);
  expect(svg.match(/<rect class="s1"/g)).toHaveLength(3);
});

test("values far apart are drawn on a logarithmic axis", () => {
  const svg = drawn({ label: "JSON", bars: [bar("bare", 1), bar("slow", 60)] });
  expect([...svg.matchAll(/y="\d+">([\d.]+)<\/text><?/g)].map(([, tick]) => tick)).toContain("100");
  expect(svg).toContain(">0.1</text>");
});

test("both colour schemes are served", () => {
  expect(drawn({ label: "JSON", bars: [bar("bare", 1)] })).toContain("prefers-color-scheme:dark");
});

test("names do not become markup", () => {
  expect(drawn({ label: "<b> & co", bars: [bar("bare", 1)] })).toContain("&#60;b&#62; &#38; co");
});
