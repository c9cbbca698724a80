import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** Everything a prompt can tell the simulator to do, and how it is written. */
const DIRECTIVES = {
  say: "[[say TEXT]]",
  think: "[[think TEXT]]",
  count: "[[count N]]",
  loop: "[[loop]]",
  tool: "[[tool NAME ARGUMENTS]]",
  pace: "[[pace MS]]",
  finish: "[[finish REASON]]",
  fail: "[[fail WHAT]]",
  cut: "[[cut]]",
  hang: "[[hang]]",
} as const;

export type DirectiveName = keyof typeof DIRECTIVES;

export interface Directive {
  readonly name: DirectiveName;
  /** What stands behind the name, without the spaces around it. */
  readonly argument: string;
}

/** What a prompt tells the simulator to do, in order, and what it says beside that. */
export interface Instructions {
  readonly directives: readonly Directive[];
  readonly words: string;
}

const DIRECTIVES_MAX = 32;
const OPEN = "[[";
const CLOSE = "]]";
/** A name directly behind the brackets. Other double brackets are ordinary text. */
const NAMED = /^([a-z]+)(?:\s+(.*))?$/su;

/** Reads the directives of a prompt, or says what is wrong with one. */
export function readDirectives(prompt: string): Instructions | Failure {
  const directives: Directive[] = [];
  let words = "";
  let at = 0;
  for (const { start, end } of bracketed(prompt)) {
    const [, name, argument = ""] = NAMED.exec(prompt.slice(start + OPEN.length, end - CLOSE.length)) ?? [];
    if (name === undefined) continue;
    if (!isDirective(name)) return unknownDirective(name);
    if (directives.length === DIRECTIVES_MAX)
      return wrongDirective(`A prompt has more than ${DIRECTIVES_MAX} directives.`);
    directives.push({ name, argument: argument.trim() });
    words += prompt.slice(at, start);
    at = end;
  }
  return { directives, words: (words + prompt.slice(at)).trim() };
}

/** A directive that cannot be followed. */
export function wrongDirective(message: string): Failure {
  return failureOf("bad_request", `${message} The simulator knows ${Object.values(DIRECTIVES).join(", ")}.`, {
    param: "messages",
    code: "unknown_directive",
  });
}

function unknownDirective(name: string): Failure {
  return wrongDirective(`[[${name.slice(0, 40)}]] is no directive.`);
}

function isDirective(name: string): name is DirectiveName {
  return Object.hasOwn(DIRECTIVES, name);
}

/** The places of `[[…]]`. Of several closing brackets in a row the last two close: `[[tool x [1]]]`. */
function* bracketed(prompt: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = prompt.indexOf(OPEN); start !== -1;) {
    const close = prompt.indexOf(CLOSE, start + OPEN.length);
    if (close === -1) return;
    let end = close + CLOSE.length;
    while (prompt[end] === "]") end += 1;
    yield { start, end };
    start = prompt.indexOf(OPEN, end);
  }
}
