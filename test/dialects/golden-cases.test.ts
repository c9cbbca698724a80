import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PAIRS } from "./dialects.ts";
import { FIXTURES, folderOf, GOLDEN_CASES, type GoldenFiles, goldenFiles } from "./golden-cases.ts";

// `npx node scripts/dialect-fixtures.ts` writes the files. Read what it changed before you keep it.
describe.each(PAIRS)("$client.name to $server.name", ({ client, server }) => {
  test.each(GOLDEN_CASES)("%s comes out as it was reviewed", (golden) => {
    expect(goldenFiles(client, server, golden)).toEqual(filesIn(folderOf(client, server, golden)));
  });
});

const same = PAIRS.filter(({ client, server }) => client.name === server.name);

describe.each(same)("$client.name to itself", ({ client, server }) => {
  test.each(GOLDEN_CASES.filter((golden) => golden !== "failure"))(
    "the answer of %s passes byte for byte",
    (golden) => {
      const stream = readFileSync(new URL(`servers/${server.name}/${golden}.${server.streams}`, FIXTURES), "utf8");
      expect(goldenFiles(client, server, golden)[`reply.${client.streams}`]).toBe(stream);
    },
  );
});

test("there is a folder for every pair and no other", () => {
  const folders = readdirSync(FIXTURES).filter((name) => name.includes("-to-"));
  expect(folders.sort()).toEqual(PAIRS.map(({ client, server }) => `${client.name}-to-${server.name}`).sort());
});

function filesIn(folder: URL): GoldenFiles {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}
