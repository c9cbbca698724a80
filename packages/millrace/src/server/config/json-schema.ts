import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The JSON Schema of `millrace.yaml`, as the text of a file. */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: "input", target: "draft-2020-12" });
  return `${JSON.stringify({ title: "millrace.yaml", ...schema }, null, 2)}\n`;
}
