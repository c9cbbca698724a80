import { linearScale, logarithmicScale, type Scale } from "./scale.ts";

/** Bars in groups, each group under its label, with whiskers from the lowest to the highest process. */
export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly groups: readonly Group[];
  /** A value that a line is drawn through. */
  readonly reference?: number;
}

export interface Group {
  readonly label: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  /** What it is a bar of; bars of the same series have the same colour in all groups. */
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

const WIDTH = 780;
const AXIS = { left: 20, right: 90 };
const HEAD_HEIGHT = 58;
const LEGEND_HEIGHT = 20;
const LABEL_HEIGHT = 24;
const BAR = { height: 12, pitch: 16 };
const FOOT_HEIGHT = 34;
/** Beyond this the bars of a linear axis cannot be told from its line. */
const LARGEST_LINEAR_RATIO = 12;

const LIGHT = ["#2563a8", "#c2571a", "#9aa7b5", "#3c8d55", "#8a4fa3", "#b08a1e", "#a63c52"];
const DARK = ["#6ea8e6", "#f0955a", "#6b7885", "#7cc894", "#c497da", "#dcbc5c", "#e68598"];

/** A chart as the text of an SVG file that is readable on light and on dark pages. */
export function barChart(chart: Chart): string {
  const bars = chart.groups.flatMap((group) => group.bars);
  const series = [...new Set(bars.map((bar) => bar.series))];
  const scale = scaleOf(bars);
  const x = (value: number): number => AXIS.left + scale.at(value) * (WIDTH - AXIS.left - AXIS.right);
  const top = HEAD_HEIGHT + LEGEND_HEIGHT * Math.ceil(series.length / PER_LINE);
  let y = top;
  const drawn = chart.groups.map((group) => {
    const text = groupOf(group, series, x, y);
    y += LABEL_HEIGHT + group.bars.length * BAR.pitch;
    return text;
  });
  const height = y + FOOT_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(chart.title)}">`,
    style(series.length),
    `<rect class="page" width="${WIDTH}" height="${height}"/>`,
    `<text class="title" x="20" y="26">${escaped(chart.title)}</text>`,
    `<text class="faint" x="20" y="44">${escaped(chart.subtitle)}</text>`,
    ...series.map(legendOf),
    ...scale.ticks.map((tick) => tickOf(tick, x(tick), top, y)),
    ...drawn,
    ...(chart.reference === undefined
      ? []
      : [`<path class="reference" d="M${at(x(chart.reference))} ${top}V${y + 6}"/>`]),
    "</svg>",
    "",
  ].join("\n");
}

function scaleOf(bars: readonly Bar[]): Scale {
  const largest = Math.max(...bars.map(({ high }) => high));
  const smallest = Math.min(...bars.map(({ low }) => low));
  const logarithmic = smallest > 0 && largest / smallest > LARGEST_LINEAR_RATIO;
  return logarithmic ? logarithmicScale(smallest, largest) : linearScale(largest);
}

const PER_LINE = 4;

function legendOf(name: string, index: number): string {
  const x = 20 + (index % PER_LINE) * 188;
  const y = HEAD_HEIGHT + Math.floor(index / PER_LINE) * LEGEND_HEIGHT;
  return `<rect class="s${index}" x="${x}" y="${y}" width="10" height="10"/><text class="small" x="${x + 15}" y="${y + 9}">${escaped(name)}</text>`;
}

function tickOf(tick: number, x: number, top: number, bottom: number): string {
  return `<path class="grid" d="M${at(x)} ${top}V${bottom + 6}"/><text class="faint" text-anchor="middle" x="${at(x)}" y="${bottom + 20}">${tick}</text>`;
}

function groupOf({ label, bars }: Group, series: readonly string[], x: (value: number) => number, y: number): string {
  const lines = bars.map((bar, index) => {
    const top = y + LABEL_HEIGHT + index * BAR.pitch;
    const middle = top + BAR.height / 2;
    const [low, high] = [x(bar.low), x(bar.high)];
    return [
      `<rect class="s${series.indexOf(bar.series)}" x="${AXIS.left}" y="${top}" width="${at(x(bar.value) - AXIS.left)}" height="${BAR.height}"/>`,
      `<path class="whisker" d="M${at(low)} ${middle}H${at(high)}M${at(low)} ${middle - 3}v6M${at(high)} ${middle - 3}v6"/>`,
      `<text class="small" x="${at(Math.max(high, x(bar.value)) + 6)}" y="${middle + 4}">${escaped(bar.text)}</text>`,
    ].join("");
  });
  return [`<text class="label" x="${AXIS.left}" y="${y + LABEL_HEIGHT - 6}">${escaped(label)}</text>`, ...lines].join(
    "\n",
  );
}

/** Pages show the file as an image, which takes the reader's colour scheme and nothing else of the page. */
function style(series: number): string {
  const colours = (palette: readonly string[]): string =>
    Array.from({ length: series }, (_, at) => `.s${at}{fill:${palette[at % palette.length]}}`).join("");
  return `<style>
text{font:12px system-ui,sans-serif;fill:#1f2933}.title{font-size:15px;font-weight:600}.label{font-weight:600}
.small{font-size:11px}.faint{font-size:11px;fill:#5c6b7a}.page{fill:#ffffff}.grid{stroke:#e1e6eb}
.reference{stroke:#1f2933;stroke-dasharray:4 3}.whisker{stroke:#1f2933;stroke-width:1.2;fill:none}${colours(LIGHT)}
@media (prefers-color-scheme:dark){text{fill:#e4e9ee}.faint{fill:#9aa7b5}.page{fill:#12181f}.grid{stroke:#2a343f}
.reference,.whisker{stroke:#e4e9ee}${colours(DARK)}}
</style>`;
}

function at(coordinate: number): string {
  return coordinate.toFixed(1);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
