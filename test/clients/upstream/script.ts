import type { Answer, Asked, OfferedTool, ScriptedCall } from "./asked.ts";
import { sampleOf } from "./sample.ts";
import { shellArguments, shellToolOf } from "./shell-tool.ts";

/** Is in the final answer and nowhere else. */
export const FINAL_MARK = "wheel-turned-7341";
/** What the model says when there is nothing to do, such as to a request for a title. */
export const PLAIN_TEXT = "The wheel turns.";

/** More tools than this mean an agent, and an agent's tools are only called to run a command. */
const FEW_TOOLS = 3;

/** What the scripted model answers: one call of a tool, then the last word about what that gave. */
export function answerTo(asked: Asked): Answer {
  const result = asked.results.at(-1);
  const call = result === undefined ? callFor(asked) : undefined;
  if (call !== undefined) return { reasoning: "A tool will know.", text: "Let me look.", call };
  if (asked.answerSchema !== undefined) return { text: JSON.stringify(sampleOf(asked.answerSchema)) };
  if (result === undefined) return { text: PLAIN_TEXT };
  return { reasoning: "That is all.", text: `The tool said: ${lastLine(result)} ${FINAL_MARK}` };
}

/** Whether the answer belongs to the conversation that is tested, not to a request beside it. */
export function isMainTurn(asked: Asked): boolean {
  return asked.results.length > 0 || callFor(asked) !== undefined;
}

function callFor({ tools, forcedTool, answerSchema }: Asked): ScriptedCall | undefined {
  const forced = tools.find(({ name }) => name === forcedTool);
  if (forced !== undefined) return sampleCall(forced);
  const shell = shellToolOf(tools);
  if (shell !== undefined) return { id: "call_scripted_1", name: shell.name, args: shellArguments(shell) };
  const [first] = tools;
  return first !== undefined && tools.length <= FEW_TOOLS && answerSchema === undefined ? sampleCall(first) : undefined;
}

function sampleCall({ name, schema }: OfferedTool): ScriptedCall {
  const args = sampleOf(schema);
  return {
    id: "call_scripted_1",
    name,
    args: typeof args === "object" && !Array.isArray(args) && args ? (args as ScriptedCall["args"]) : {},
  };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
}
