import type { Expectation, Expected, ObservedCall } from "./observed.ts";

/** A function call as it has to come out. */
export function called(
  id: string | RegExp,
  name: string,
  text: string,
  more: Expected<Partial<ObservedCall>> = {},
): Expected<ObservedCall> {
  return { id, type: "function", name, arguments: text, ...more };
}

/** An answer that is these calls and nothing else. */
export function answersWith(...toolCalls: readonly Expected<ObservedCall>[]): Expectation {
  return { choices: [{ text: "", toolCalls, finish: "tool_calls" }], error: undefined };
}

/** An id that was made because the server gave none, or one already taken. */
export const MADE_ID: RegExp = /^.{8,}$/u;
