/** What of a text is summed. */
export interface MetricNames {
  /** Whole names; a name that only begins so is another metric. */
  readonly names: readonly string[];
  /** A label that splits a total up: samples that have it, and not empty, are counted in another one already. */
  readonly partLabel?: string;
}

/** No sample has a longer line. */
const LINE_CHARS_MAX = 64 * 1024;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The metrics with these names in Prometheus' text format, each summed over its label sets. Whatever cannot be read is
 * left out, and so are `NaN` and the infinities. A metric of which no sample could be read is not in the result.
 *
 * Time is linear in the text for each name, whatever it holds.
 */
export function metricSums(text: string, { names, partLabel }: MetricNames): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const name of names) {
    for (const line of samplesOf(text, name)) {
      const value = valueIn(line, partLabel);
      if (value === undefined) continue;
      const sum = (sums.get(name) ?? 0) + value;
      if (Number.isFinite(sum)) sums.set(name, sum);
    }
  }
  return sums;
}

/** What follows the name, for each line that begins with it. */
function* samplesOf(text: string, name: string): Generator<string, void> {
  if (name === "") return;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at)) {
    const begins = at === 0 || text[at - 1] === "\n";
    at += name.length;
    const next = text[at];
    if (!begins || (next !== "{" && next !== " " && next !== "\t")) continue;
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? undefined : end);
    if (line.length <= LINE_CHARS_MAX) yield line;
    if (end === -1) return;
    at = end;
  }
}

function valueIn(line: string, partLabel: string | undefined): number | undefined {
  const labels = line.startsWith("{") ? labelsIn(line) : { end: 0, filled: NO_LABELS };
  if (labels === undefined) return undefined;
  if (partLabel !== undefined && labels.filled.has(partLabel)) return undefined;
  const [word = ""] = line
    .slice(labels.end)
    .trimStart()
    .split(/[ \t\r]/u, 1);
  return NUMBER.test(word) ? Number(word) : undefined;
}

const NO_LABELS: ReadonlySet<string> = new Set();
/** One label, or the comma behind it. In a value only `\`, `"` and a line's end are escaped. */
const LABEL = /[ \t]*(?:([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"|,)/y;
const LABELS_END = /[ \t]*\}/y;

/** Where the labels end, and which of them hold something; nothing where they do not end. */
function labelsIn(line: string): { readonly end: number; readonly filled: ReadonlySet<string> } | undefined {
  const filled = new Set<string>();
  let at = 1;
  for (;;) {
    LABEL.lastIndex = at;
    const label = LABEL.exec(line);
    if (label === null) break;
    const [, name, value] = label;
    if (name !== undefined && value !== "") filled.add(name);
    at = LABEL.lastIndex;
  }
  LABELS_END.lastIndex = at;
  return LABELS_END.test(line) ? { end: LABELS_END.lastIndex, filled } : undefined;
}
