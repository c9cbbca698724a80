/**
 * Writes the JSON Schema of the configuration file, which editors read for completion.
 *
 *   npx node scripts/config-schema.ts
 */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../packages/millrace/src/server/config/json-schema.ts";

writeFileSync(new URL("../packages/millrace/millrace.schema.json", import.meta.url), configJsonSchema());
