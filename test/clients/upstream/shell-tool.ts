import type { JsonObject, JsonValue } from "../../../packages/millrace/src/model/json.ts";
import type { OfferedTool } from "./asked.ts";
import { listOf, objectOf, textOf } from "./fields.ts";
import { sampleOf } from "./sample.ts";

/** Prints what is not in it, without `$(…)`, which some clients refuse. Some lose the output of what ends at once. */
const SHELL_COMMAND = String.raw`printf 'millrace-ran-%d\n' 0x2a; sleep 0.3`;
export const SHELL_OUTPUT = "millrace-ran-42";

const SHELL_NAME =
  /(^|[^a-z])(bash|shell|local_shell|exec_command|run_shell_command|run_terminal_command|execute_command|run_commands?|terminal)$/i;
const COMMAND_FIELDS = ["command", "cmd", "commands", "script"];
/** Long enough for any required timeout, in whatever unit. */
const REQUIRED_NUMBER = 30_000;

/** The tool that runs commands, among those a request offers. */
export function shellToolOf(tools: readonly OfferedTool[]): OfferedTool | undefined {
  return tools.find(({ name, schema }) => SHELL_NAME.test(name) && commandFieldOf(schema) !== undefined);
}

/** The arguments that make that tool run the command. */
export function shellArguments({ schema }: OfferedTool): JsonObject {
  const properties = objectOf(schema["properties"]);
  const field = commandFieldOf(schema) ?? "command";
  const others = listOf(schema["required"])
    .map(textOf)
    .filter((name) => name !== field)
    .map((name) => [name, requiredValue(objectOf(properties[name]))] as const);
  return { ...Object.fromEntries(others), [field]: commandFor(field, objectOf(properties[field])) };
}

function commandFieldOf(schema: JsonObject): string | undefined {
  const properties = objectOf(schema["properties"]);
  return COMMAND_FIELDS.find((name) => properties[name] !== undefined);
}

function commandFor(field: string, schema: JsonObject): JsonValue {
  if (textOf(schema["type"]).toLowerCase() !== "array") return SHELL_COMMAND;
  return field === "commands" ? [SHELL_COMMAND] : ["bash", "-lc", SHELL_COMMAND];
}

function requiredValue(schema: JsonObject): JsonValue {
  const sample = sampleOf(schema);
  return typeof sample === "number" && schema["enum"] === undefined ? REQUIRED_NUMBER : sample;
}
