import { expect, test } from "vitest";
import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import type { Asked } from "./asked.ts";
import { answerTo, FINAL_MARK, isMainTurn, PLAIN_TEXT } from "./script.ts";

const nothing: Asked = { tools: [], results: [], opaqueReasoning: [], stream: true };
const schemaOf = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: "object",
  properties,
  required,
});
const string = { type: "string" };
const command = String.raw`printf 'millrace-ran-%d\n' 0x2a; sleep 0.3`;
const others = ["read_file", "write_file", "search"].map((name) => ({ name, schema: schemaOf({ path: string }) }));

test.each<[string, JsonObject, JsonObject]>([
  ["Bash", schemaOf({ command: string, timeout: { type: "number" } }, ["command"]), { command }],
  ["bash", schemaOf({ command: string, description: string }), { command, description: "wheel" }],
  ["exec_command", schemaOf({ cmd: string, yield_time_ms: { type: "number" } }, ["cmd"]), { cmd: command }],
  ["run_commands", schemaOf({ commands: { type: "array", items: string } }), { commands: [command] }],
  ["shell", schemaOf({ command: { type: "array", items: string } }), { command: ["bash", "-lc", command] }],
  [
    "run_shell_command",
    schemaOf({ command: string, is_background: { type: "boolean" } }),
    { command, is_background: false },
  ],
  ["functions__Bash", schemaOf({ command: string, timeout: { type: "integer" } }), { command, timeout: 30_000 }],
])("%s is found among other tools and called as its schema says", (name, schema, args) => {
  const { call } = answerTo({ ...nothing, tools: [...others, { name, schema }] });
  expect([call?.name, call?.args]).toEqual([name, args]);
});

test("an agent's other tools are never called", () => {
  const asked = { ...nothing, tools: [...others, { name: "bashful", schema: schemaOf({ command: string }) }] };
  expect(answerTo(asked)).toEqual({ text: PLAIN_TEXT });
  expect(isMainTurn(asked)).toBe(false);
});

test("the last word quotes what the tool gave", () => {
  const { text, call } = answerTo({ ...nothing, tools: others, results: ["Output:\nmillrace-ran-42\n"] });
  expect([text, call]).toEqual([`The tool said: millrace-ran-42 ${FINAL_MARK}`, undefined]);
});

test("an answer that has to fit a schema does", () => {
  const answerSchema = schemaOf({ name: string, age: { type: "integer" }, next: { enum: ["user", "model"] } });
  expect(JSON.parse(answerTo({ ...nothing, answerSchema }).text)).toEqual({ name: "wheel", age: 42, next: "user" });
});
