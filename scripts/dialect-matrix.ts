/**
 * Writes the tables of what becomes of each thing between every two dialects.
 *
 *   npx node scripts/dialect-matrix.ts
 */
import { writeFileSync } from "node:fs";
import { dialectMatrix } from "../test/dialects/matrix.ts";

writeFileSync(new URL("../docs/dialects.md", import.meta.url), dialectMatrix());
