import { caseName } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import type { ConformanceCase } from "../../packages/millrace/src/conformance/cases/conformance-case.ts";
import { SECTIONS } from "../../packages/millrace/src/conformance/cases/catalog.ts";
import type { Section } from "../../packages/millrace/src/conformance/cases/catalog.ts";
import type { Side } from "./expectation.ts";

/** What `docs/conformance.md` holds: every case, and how it stands with the library and the gateway. */
export function conformanceTable(): string {
  return `${INTRODUCTION}\n${SECTIONS.map(sectionText).join("\n")}`;
}

const INTRODUCTION = `# Conformance

How real OpenAI-compatible servers differ, case by case, and what millrace makes of it. The numbers are those of the catalogue that the
cases were written from; a number with several wires has a case for each. The cases are data, in
[packages/millrace/src/conformance/cases](../packages/millrace/src/conformance/cases), one file or two for a section.

A case is sent by a server that writes exactly its bytes, over TCP. *Library*: the typed events, the answer or the error that
\`OpenAICompatibleProvider\` gives. *Gateway*: what comes down to a client through a real listener, in canonical form, read by \`eventsource-parser\`
and the \`openai\` package. The cases of section A run in one write, byte by byte and cut in two; \`npm run test:long\` cuts the library's at
every place up to 700, the gateway's at 60.

\`yes\`: the case holds. \`–\`: it cannot be asked of this side; the reason stands below its section. \`NO\`: it does not hold yet, with the reason.
A test fails when a case marked NO holds after all. Run one with \`npm test -- test/conformance -t "41"\`. This page is written by
\`npx node scripts/conformance-table.ts\`.

The kit is published as \`millrace/conformance\`: the scripted server, the cases and the runners, which take the subject as an argument.

\`\`\`ts
import { differences, runThroughLibrary, SECTIONS } from "millrace/conformance";

for (const { cases } of SECTIONS) {
  for (const one of cases) {
    const observed = await runThroughLibrary(one, (options) => yourProvider(options));
    console.log(one.number, differences({ ...one.expected, ...one.library }, observed));
  }
}
\`\`\`
`;

function sectionText({ letter, title, cases }: Section): string {
  const rows = cases.map(
    (testCase) =>
      `| ${caseName(testCase)} | ${cell(testCase.title)} | ${mark(testCase, "library")} | ${mark(testCase, "gateway")} |`,
  );
  const notes = cases.flatMap(notesOf);
  return [
    `## ${letter}. ${title}\n`,
    "| case | what comes, and what has to come of it | library | gateway |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...(notes.length > 0 ? [...notes, ""] : []),
  ].join("\n");
}

function mark({ notApplicable, notMet }: ConformanceCase, side: Side): string {
  if (notMet?.[side] !== undefined) return "NO";
  return notApplicable?.[side] === undefined ? "yes" : "–";
}

function notesOf(testCase: ConformanceCase): string[] {
  const { notApplicable, notMet } = testCase;
  return (["library", "gateway"] as const).flatMap((side) => {
    const reason = notMet?.[side] ?? notApplicable?.[side];
    return reason === undefined ? [] : [`- ${caseName(testCase)}, ${side}: ${reason}.`];
  });
}

/** Text that stands in a cell of a table as it is. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
