import type { Failure } from "../../model/failure.ts";
import type { FinishReason } from "../../model/finish-reason.ts";
import { refuse } from "../../wire/assembly/request-checks.ts";
import { type Directive, type DirectiveName, readDirectives, wrongDirective } from "./directives.ts";
import { FAILURE_NAMES, failureReply } from "./failures.ts";
import { OUTPUT_TOKENS_MAX, type SimulatedModel } from "./models.ts";
import { callOf, ownAnswer } from "./own-answer.ts";
import type { Question } from "./question.ts";
import type { EndingStep, Step } from "./step.ts";
import { UnfitSchemaError } from "./value-for-schema.ts";

/** Between the pieces of a loop, so that watching one costs little. In milliseconds. */
const LOOP_PACE_MS = 20;
const PACE_MS_MAX = 60_000;
const COUNT_MAX = 10_000;
const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "tool_calls", "content_filter"];

/** What the simulator does for a question, step by step; or why it does nothing. */
export function scriptOf(question: Question, model: SimulatedModel): readonly Step[] | Failure {
  const instructions = readDirectives(question.text);
  if ("kind" in instructions) return instructions;
  try {
    // Once its tools have answered, a prompt has had what it asked for.
    const asked = question.results.length > 0 ? [] : stepsOf(instructions.directives, question);
    if ("kind" in asked) return asked;
    const steps = saysSomething(asked) ? asked : withAnswer(asked, ownAnswer(question, instructions.words));
    return model.reasons ? withReasoning(steps) : steps;
  } catch (error) {
    if (!(error instanceof UnfitSchemaError)) throw error;
    return refuse(
      "response_format",
      `The simulator has no value that fits a schema of this request: ${error.message}.`,
    );
  }
}

type Reading = Step | readonly Step[] | Failure;

/** Reads a directive's argument; `before` is what was asked for before it. */
type Reader = (argument: string, question: Question, before: readonly Step[]) => Reading;

const READERS: Readonly<Record<DirectiveName, Reader>> = {
  say: (text) => ({ type: "text", text }),
  think: (text) => ({ type: "reasoning", text }),
  count: (count) => {
    const last = wholeNumber(count, COUNT_MAX);
    if (last === undefined) return wrongDirective(`[[count N]] takes a number from 1 to ${COUNT_MAX}.`);
    return { type: "text", text: Array.from({ length: last }, (_, i) => i + 1).join(" ") };
  },
  loop: (_none, _question, before) => {
    // One token more than is ever given.
    const text: Step = { type: "text", text: `round${" round".repeat(OUTPUT_TOKENS_MAX)}` };
    return before.some(({ type }) => type === "pace") ? text : [{ type: "pace", ms: LOOP_PACE_MS }, text];
  },
  tool: (argument, question) => {
    const [, name, given] = /^(\S+)\s*(.*)$/su.exec(argument) ?? [];
    return name === undefined ? wrongDirective("[[tool]] needs the name of a tool.") : callOf(question, name, given);
  },
  pace: (argument) => {
    const ms = wholeNumber(argument, PACE_MS_MAX);
    return ms === undefined
      ? wrongDirective(`[[pace MS]] takes milliseconds from 1 to ${PACE_MS_MAX}.`)
      : { type: "pace", ms };
  },
  finish: (word) => {
    const reason = FINISH_REASONS.find((known) => known === word);
    return reason === undefined
      ? wrongDirective(`[[finish REASON]] takes ${FINISH_REASONS.join(", ")}.`)
      : { type: "finish", reason };
  },
  fail: (what) => {
    const error = failureReply(what);
    return error === undefined
      ? wrongDirective(`[[fail WHAT]] takes a status from 400 to 599, or ${FAILURE_NAMES.join(", ")}.`)
      : { type: "fail", error };
  },
  cut: () => ({ type: "cut" }),
  hang: () => ({ type: "hang" }),
};

function stepsOf(directives: readonly Directive[], question: Question): readonly Step[] | Failure {
  const steps: Step[] = [];
  for (const { name, argument } of directives) {
    const reading = READERS[name](argument, question, steps);
    if ("kind" in reading && !("type" in reading)) return reading;
    if ("type" in reading) steps.push(reading);
    else steps.push(...reading);
  }
  return steps;
}

/** Whether the steps are an answer of their own, or the way in which none is given. */
function saysSomething(steps: readonly Step[]): boolean {
  return steps.some(({ type }) => type === "text" || type === "call" || type === "fail" || type === "hang");
}

/** Puts an answer where the steps end it, or behind them. */
function withAnswer(steps: readonly Step[], answer: readonly Step[]): readonly Step[] {
  const end = steps.findIndex((step) => isEnding(step));
  return end === -1 ? [...steps, ...answer] : [...steps.slice(0, end), ...answer, ...steps.slice(end)];
}

function isEnding(step: Step): step is EndingStep {
  return step.type === "finish" || step.type === "cut" || step.type === "fail" || step.type === "hang";
}

const REASONING = "The prompt is all there is to go by; no model thinks here.";

/** Puts reasoning before the first output, unless there is some. */
function withReasoning(steps: readonly Step[]): readonly Step[] {
  const output = steps.findIndex(({ type }) => type === "text" || type === "call");
  if (output === -1 || steps.some(({ type }) => type === "reasoning")) return steps;
  return [...steps.slice(0, output), { type: "reasoning", text: REASONING }, ...steps.slice(output)];
}

/** A whole number from 1 to `max`, or nothing where the text is no such number. */
function wholeNumber(text: string, max: number): number | undefined {
  const value = /^\d{1,9}$/u.test(text) ? Number(text) : 0;
  return value >= 1 && value <= max ? value : undefined;
}
