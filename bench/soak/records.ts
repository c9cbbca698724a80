/** How a reply ended, as its client saw it. */
export type Ending =
  /** All of it, with its terminal sign. */
  | "complete"
  /** An error reply. */
  | "refused"
  /** A stream that ended with an error event. */
  | "error-event"
  /** The client left. */
  | "left"
  /** The connection ended before the reply did. */
  | "broken";

/** A request, as its client saw it. */
export interface Asked {
  readonly kind: string;
  /** Whether it is kept as a record: what is asked of the gateway itself is not. */
  readonly recorded: boolean;
  /** From the reply's head; absent when the client saw none. */
  readonly id: string | undefined;
  readonly status: number | undefined;
  readonly ending: Ending;
}

/** A line of the log about a request. */
export interface RequestLine {
  readonly id: string;
  /** The name of the key: each kind of request has its own. Absent when it was wrong, or not looked at. */
  readonly key: string | undefined;
  readonly status: number | undefined;
  readonly outcome: string;
}

/** Something that clients and log do not agree on. */
export interface Discrepancy {
  readonly what: "lost" | "doubled" | "never asked" | "told otherwise" | "kept though a query";
  readonly detail: string;
}

/** What came of comparing clients and log. */
export interface Reconciliation {
  readonly recorded: number;
  readonly lines: number;
  readonly matchedById: number;
  /** Requests whose clients saw no head: as many lines of their kind are left over as there are of them. */
  readonly matchedByCount: number;
  readonly discrepancies: readonly Discrepancy[];
}

/** The outcomes that a line may have when its client saw the reply end so. */
const OUTCOMES: Readonly<Record<Ending, readonly string[]>> = {
  complete: ["completed"],
  refused: ["failed"],
  "error-event": ["failed"],
  left: ["cancelled"],
  broken: ["failed", "cancelled"],
};

/** Finds for each request its one line, and for each line its one request. */
export function reconcile(asked: readonly Asked[], lines: readonly RequestLine[]): Reconciliation {
  const discrepancies: Discrepancy[] = [];
  const report = (what: Discrepancy["what"], detail: string): void => void discrepancies.push({ what, detail });
  const byId = new Map<string, RequestLine>();
  for (const line of lines) {
    if (byId.has(line.id)) report("doubled", `${line.id}: ${told(line)}`);
    byId.set(line.id, line);
  }
  let matchedById = 0;
  for (const one of asked) {
    if (one.id === undefined) continue;
    const line = byId.get(one.id);
    byId.delete(one.id);
    if (!one.recorded) {
      if (line !== undefined) report("kept though a query", `${one.kind} ${one.id}`);
    } else if (line === undefined) {
      report("lost", `${one.kind} ${one.id}: ${seen(one)}`);
    } else {
      matchedById += 1;
      if (!agree(one, line)) report("told otherwise", `${one.kind} ${one.id}: ${seen(one)}, but ${told(line)}`);
    }
  }
  const matchedByCount = matchUnheard(asked, [...byId.values()], report);
  const recorded = asked.filter((one) => one.recorded).length;
  return { recorded, lines: lines.length, matchedById, matchedByCount, discrepancies };
}

/** Requests without an id and lines that no id led to, kind by kind and ending by ending. */
function matchUnheard(
  asked: readonly Asked[],
  lines: readonly RequestLine[],
  report: (what: Discrepancy["what"], detail: string) => void,
): number {
  const left = [...lines];
  let matched = 0;
  for (const one of asked) {
    if (one.id !== undefined || !one.recorded) continue;
    const at = left.findIndex((line) => mayBe(one, line));
    if (at < 0) report("lost", `${one.kind} without an id: ${seen(one)}`);
    else {
      left.splice(at, 1);
      matched += 1;
    }
  }
  for (const line of left) report("never asked", `${line.id}: ${told(line)}, key ${line.key ?? "none"}`);
  return matched;
}

/** What is refused for its head alone is refused before its key is looked at. */
function mayBe({ kind, ending }: Asked, { key, outcome }: RequestLine): boolean {
  return OUTCOMES[ending].includes(outcome) && (key === kind || (key === undefined && outcome === "failed"));
}

function agree({ status, ending }: Asked, line: RequestLine): boolean {
  return line.status === status && OUTCOMES[ending].includes(line.outcome);
}

function seen({ status, ending }: Asked): string {
  return `the client saw ${status ?? "no status"}, ${ending}`;
}

function told({ status, outcome }: RequestLine): string {
  return `the log tells ${status ?? "no status"}, ${outcome}`;
}
