import type { JsonObject } from "../../model/json.ts";
import type { ToolCall, ToolCallProblem } from "../../model/tool.ts";
import { isObject } from "../json/read.ts";
import { parseJson } from "../json/parse.ts";

/** A call as it stands when its answer is over. */
export interface EndedCall {
  readonly id: string;
  readonly type: ToolCall["type"];
  readonly name: string;
  readonly arguments: string;
  readonly extra?: JsonObject;
}

export interface FinishedCall {
  readonly call: ToolCall;
  /** The arguments are a JSON string that holds JSON. They are left as they are. */
  readonly doubleEncoded: boolean;
}

/**
 * Judges a call's arguments. Only arguments that are a JSON object become `input`; those of a custom
 * tool are free text and are not judged. `cut`: the answer was cut, so what does not parse is
 * unfinished rather than wrong.
 */
export function finishCall(ended: EndedCall, cut: boolean): FinishedCall {
  if (ended.type === "custom") return { call: ended, doubleEncoded: false };
  const parsed = parseJson(ended.arguments);
  if (!parsed.ok || parsed.trailing) return withProblem(ended, cut ? "incomplete" : "not-json");
  if (isObject(parsed.value)) return { call: { ...ended, input: parsed.value }, doubleEncoded: false };
  const { call } = withProblem(ended, "not-an-object");
  return { call, doubleEncoded: typeof parsed.value === "string" && holdsObject(parsed.value) };
}

/** A call that was being written when the answer was cut: it may look whole and still be a prefix. */
export function incompleteCall(ended: EndedCall): ToolCall {
  return withProblem(ended, "incomplete").call;
}

function withProblem(ended: EndedCall, problem: ToolCallProblem): FinishedCall {
  return { call: { ...ended, problem }, doubleEncoded: false };
}

function holdsObject(text: string): boolean {
  const parsed = parseJson(text);
  return parsed.ok && isObject(parsed.value);
}
