/**
 * Writes what comes of every client's request and every server's stream in `fixtures/dialects`, from the requests and
 * streams there. Read what changed before you keep it: the tests compare with these files.
 *
 *   npx node scripts/dialect-fixtures.ts
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { PAIRS } from "../test/dialects/dialects.ts";
import { folderOf, GOLDEN_CASES, goldenFiles } from "../test/dialects/golden-cases.ts";

for (const { client, server } of PAIRS) {
  for (const golden of GOLDEN_CASES) {
    const folder = folderOf(client, server, golden);
    const files = goldenFiles(client, server, golden);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, folder), text);
  }
}
