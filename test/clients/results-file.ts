import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CACHE, clientVersion } from "./install.ts";
import { clientPackages } from "./packages.ts";
import { type Result, resultName } from "./result.ts";
import { tableOf } from "./table.ts";

const FILE = join(CACHE, "results.json");
const PAGE = new URL("../../docs/clients.md", import.meta.url);
const BEGIN = "<!-- results: npm run test:clients -- --write -->";
const END = "<!-- end of results -->";

/** Puts results in the place of older ones of the same runs. What was found with other versions goes. */
export async function keepResults(results: readonly Result[]): Promise<void> {
  const kept = new Map((await readResults()).map((result) => [resultName(result), result]));
  for (const result of results) kept.set(resultName(result), result);
  await writeFile(FILE, `${JSON.stringify([...kept.values()], undefined, 1)}\n`);
}

async function readResults(): Promise<Result[]> {
  if (!existsSync(FILE)) return [];
  const results = JSON.parse(await readFile(FILE, "utf8")) as Result[];
  const clients = Object.keys(clientPackages);
  return results
    .filter(({ client, version }) => clients.includes(client) && version === clientVersion(client))
    .toSorted((one, other) => clients.indexOf(one.client) - clients.indexOf(other.client));
}

/** Writes the results of all runs, this one and those before it, into the page about clients. */
export async function writeTable(): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [before = "", rest = ""] = page.split(BEGIN);
  const [, after = ""] = rest.split(END);
  await writeFile(PAGE, `${before}${BEGIN}\n\n${tableOf(await readResults())}\n\n${END}${after}`);
}
