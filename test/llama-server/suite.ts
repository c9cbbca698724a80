import { beforeAll, describe, expect, test } from "vitest";
import type { ConformanceCase } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import type { Observed } from "../../packages/millrace/src/conformance/cases/observed.ts";
import { differences } from "../../packages/millrace/src/conformance/runners/differences.ts";
import { type GatewayRun, runThroughGateway } from "../../packages/millrace/src/conformance/runners/gateway-run.ts";
import { runThroughLibrary } from "../../packages/millrace/src/conformance/runners/library-run.ts";
import { flawsOf, type Side } from "../conformance/expectation.ts";
import { readEvents } from "../conformance/read-events.ts";
import { openGateway, openLibrary } from "../conformance/subjects.ts";
import type { Fact, FactSheet } from "./fact.ts";

/** One way to put a fact's question. */
export interface FormedCase {
  /** What tells it from the others. */
  readonly form: string;
  readonly testCase: ConformanceCase;
}

/** Who answers the questions of a sheet: a recording, or a server that runs. */
export interface Answerer {
  /** Every way to put this question; all must come to the same. */
  casesOf(fact: Fact, side: Side): Iterable<FormedCase>;
  /** What else must be true of a run through the gateway, beyond the fact. */
  checkGateway?(fact: Fact, form: string, run: GatewayRun): void;
  /** Whether a fact's `recorded` holds too. */
  readonly isRecording: boolean;
  close(): Promise<void>;
}

/** Asks every fact of the sheets through the library and through the gateway. */
export function checkFacts(
  name: string,
  sheets: readonly FactSheet[],
  open: (sheet: FactSheet) => Promise<Answerer>,
): void {
  describe.each(sheets)(`${name}, $file`, (sheet) => {
    let answerer: Answerer;
    beforeAll(async () => {
      answerer = await open(sheet);
      return () => answerer.close();
    });

    test.each(sheet.facts)("through the library: $title", async (fact) => {
      const known: object[] = [];
      for (const { form, testCase } of answerer.casesOf(fact, "library")) {
        const observed = await runThroughLibrary(testCase, openLibrary);
        expect(flaws(answerer, fact, testCase, "library", observed), form).toEqual([]);
        known.push(lasting(observed, answerer));
      }
      expectSame(known);
    });

    const asked = sheet.facts.filter(({ notThroughGateway }) => notThroughGateway === undefined);
    test.each(asked)("through the gateway: $title", async (fact) => {
      const known: object[] = [];
      for (const { form, testCase } of answerer.casesOf(fact, "gateway")) {
        const run = await runThroughGateway(testCase, openGateway, readEvents);
        expect(flaws(answerer, fact, testCase, "gateway", run.observed), form).toEqual([]);
        answerer.checkGateway?.(fact, form, run);
        known.push(lasting(run.observed, answerer));
      }
      expectSame(known);
    });
  });
}

function flaws(
  { isRecording }: Answerer,
  { recorded = {} }: Fact,
  testCase: ConformanceCase,
  side: Side,
  observed: Observed,
): readonly string[] {
  return [...flawsOf(testCase, side, observed), ...(isRecording ? differences(recorded, observed) : [])];
}

/** What must not depend on the form: of a recording all but the requests, of a running server what it said. */
function lasting({ choices, vectors, ...rest }: Observed, { isRecording }: Answerer): object {
  if (isRecording) {
    const { model, usage, extra, error, models, warnings, events, status, done } = rest;
    return { choices, vectors, model, usage, extra, error, models, warnings, events, status, done };
  }
  return { vectors, texts: choices.map(({ text, reasoning, finish }) => ({ text, reasoning, finish })) };
}

function expectSame(known: readonly object[]): void {
  expect(known.length).toBeGreaterThan(0);
  for (const other of known.slice(1)) expect(other).toEqual(known[0]);
}
