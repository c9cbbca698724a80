import { Stream } from "openai/streaming";
import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { ConformanceCase } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import { caseName } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import { SECTIONS } from "../../packages/millrace/src/conformance/cases/catalog.ts";
import { canonicalFlaws } from "../../packages/millrace/src/conformance/runners/canonical-stream.ts";
import type { GatewayRun } from "../../packages/millrace/src/conformance/runners/gateway-run.ts";
import { runThroughGateway } from "../../packages/millrace/src/conformance/runners/gateway-run.ts";
import { cutsOf } from "./cuts.ts";
import { flawsOf } from "./expectation.ts";
import { readEvents } from "./read-events.ts";
import { openGateway } from "./subjects.ts";

describe.each(SECTIONS)("through the gateway, $letter: $title", ({ letter, cases }) => {
  const asked = cases.filter((testCase) => testCase.notApplicable?.gateway === undefined);

  test.each(asked.map((testCase) => [caseName(testCase), testCase.title, testCase] as const))(
    "%s: %s",
    async (_name, _title, testCase) => {
      for (const cut of letter === "A" ? cutsOf(testCase, 60) : [{ kind: "whole" } as const]) {
        const run = await runThroughGateway(testCase, openGateway, readEvents, cut);
        const form = run.events === undefined ? [] : canonicalFlaws(run.events, { usage: asksForUsage(testCase) });
        expect(flawsOf(testCase, "gateway", run.observed, form), JSON.stringify(cut)).toEqual([]);
        await expectSameToOpenAI(run);
      }
    },
  );
});

/** Streams that pass as they are need not be canonical, but a client must read the same in them. */
describe.each(SECTIONS.filter(({ letter }) => letter === "A" || letter === "B"))(
  "passing the gateway, $letter: $title",
  ({ letter, cases }) => {
    const asked = cases.filter(({ notApplicable, setup }) => !notApplicable?.gateway && !setup?.profile);

    test.each(asked.map((testCase) => [caseName(testCase), testCase.title, testCase] as const))(
      "%s: %s",
      async (_name, _title, testCase) => {
        const passing = { ...testCase, setup: { ...testCase.setup, profile: "llama.cpp" } };
        for (const cut of letter === "A" ? cutsOf(testCase, 60) : [{ kind: "whole" } as const]) {
          const run = await runThroughGateway(passing, openGateway, readEvents, cut);
          expect(flawsOf(testCase, "gateway", run.observed), JSON.stringify(cut)).toEqual([]);
          await expectSameToOpenAI(run);
        }
      },
    );
  },
);

function asksForUsage({ ask }: ConformanceCase): boolean {
  const options = ask?.call === "stream" ? ask.body?.["stream_options"] : undefined;
  return options === undefined || JSON.stringify(options).includes("true");
}

/** The `openai` package makes the same of the stream: its text, and whether it is an error. */
async function expectSameToOpenAI({ observed, body, events }: GatewayRun): Promise<void> {
  if (events === undefined) return;
  const stream = Stream.fromSSEResponse<OpenAI.ChatCompletionChunk>(
    new Response(new Uint8Array(body), { headers: { "content-type": "text/event-stream" } }),
    new AbortController(),
  );
  let said = "";
  let failed = false;
  try {
    for await (const chunk of stream) {
      for (const { index, delta } of chunk.choices) if (index === 0) said += delta.content ?? "";
    }
  } catch {
    failed = true;
  }
  expect(said).toBe(observed.choices[0]?.text ?? "");
  expect(failed).toBe(observed.error !== undefined);
}
