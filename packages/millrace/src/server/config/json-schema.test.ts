import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configJsonSchema } from "./json-schema.ts";

test("the published schema is the one the file is checked with (npx node scripts/config-schema.ts writes it)", () => {
  const published = readFileSync(new URL("../../../millrace.schema.json", import.meta.url), "utf8");
  expect(published).toBe(configJsonSchema());
});
