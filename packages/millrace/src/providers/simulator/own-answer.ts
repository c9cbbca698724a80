import type { JsonObject } from "../../model/json.ts";
import type { Tool } from "../../model/tool.ts";
import { arrayOf, objectOf, stringOf } from "../../wire/json/read.ts";
import type { Question } from "./question.ts";
import type { CallStep, Step } from "./step.ts";
import { valueFor } from "./value-for-schema.ts";

/** How much of a question is repeated, in characters. */
const ECHO_MAX = 200;

/**
 * What the simulator answers where the prompt does not say: a call where one is required, a value in the
 * shape that is asked for, what a tool gave, or a greeting.
 *
 * @param words the question without its directives
 * @throws {UnfitSchemaError} where it cannot make a value for a schema
 */
export function ownAnswer(question: Question, words: string): Step[] {
  const { results, responseFormat } = question;
  const required = results.length === 0 ? requiredTool(question) : undefined;
  if (required !== undefined) return [callOf(question, required)];
  switch (responseFormat?.type) {
    case "json_schema":
      return [text(JSON.stringify(valueFor(responseFormat.schema)))];
    case "json_object":
      return [
        text(JSON.stringify({ simulator: true, asked: echo(words), results: results.map((result) => result.text) })),
      ];
    default:
      return [text(results.length > 0 ? resultText(question) : greeting(words))];
  }
}

/**
 * A call of a tool, with arguments that fit its schema unless some are given. A tool that the request does not
 * offer is called too: models do that.
 */
export function callOf({ tools = [] }: Question, name: string, given = ""): CallStep {
  const tool = tools.find((offered) => nameOf(offered) === name);
  const isCustom = tool !== undefined && "type" in tool;
  if (isCustom) return { type: "call", kind: "custom", name, arguments: given || "simulated input" };
  const schema: JsonObject = tool !== undefined && "parameters" in tool ? (tool.parameters ?? {}) : {};
  return { type: "call", kind: "function", name, arguments: given || argumentsFor(schema) };
}

function argumentsFor(schema: JsonObject): string {
  return JSON.stringify(valueFor({ type: "object", ...schema }));
}

/** The name of the tool that has to be called, where one has. */
function requiredTool({ tools = [], toolChoice }: Question): string | undefined {
  const first = tools.map(nameOf).find((name) => name !== undefined);
  if (toolChoice === "required") return first;
  if (toolChoice === undefined || typeof toolChoice === "string") return undefined;
  if ("name" in toolChoice) return toolChoice.name;
  const { raw } = toolChoice;
  const allowed = objectOf(raw["allowed_tools"]);
  if (allowed === undefined) return nameOf(toolChoice);
  const [only] = arrayOf(allowed["tools"]).map((tool) => nameOf({ raw: objectOf(tool) ?? {} }));
  return allowed["mode"] === "required" ? (only ?? first) : undefined;
}

function nameOf(tool: Tool): string | undefined {
  if ("name" in tool) return tool.name;
  const inner = objectOf(tool.raw["custom"]) ?? objectOf(tool.raw["function"]);
  return stringOf(inner?.["name"]);
}

function resultText({ results }: Question): string {
  return results.map(({ tool, text: result }) => `${tool} gave: ${result}`).join("\n");
}

function greeting(words: string): string {
  const said = words === "" ? "" : ` You said: ${echo(words)}`;
  return `Hello! I am millrace's built-in simulator, not a model.${said}`;
}

function echo(words: string): string {
  const kept = Array.from(words.slice(0, 2 * ECHO_MAX))
    .slice(0, ECHO_MAX)
    .join("");
  return kept.length < words.length ? `${kept}…` : words;
}

function text(content: string): Step {
  return { type: "text", text: content };
}
