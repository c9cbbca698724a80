import type { FinishReason } from "../../model/finish-reason.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { finishCall, incompleteCall } from "../../wire/assembly/finish-call.ts";
import type { Breakdown, CallStep, Step } from "./step.ts";
import { tokensOf } from "./tokens.ts";

/** What happens next. Behind a breakdown nothing does. */
export type Beat =
  | { readonly type: "event"; readonly event: StreamEvent }
  | { readonly type: "wait"; readonly ms: number }
  | Breakdown;

export interface PerformanceOptions {
  /** Of each choice. */
  readonly maxTokens: number;
  readonly promptTokens: number;
  /** Makes the ids of calls unique. */
  readonly id: string;
}

interface Spent {
  tokens: number;
  reasoningTokens: number;
}

/** Acts the scripts out, one choice after the other, token by token, and counts. */
export function* perform(scripts: readonly (readonly Step[])[], options: PerformanceOptions): Generator<Beat> {
  const spent: Spent = { tokens: 0, reasoningTokens: 0 };
  for (const [choice, steps] of scripts.entries()) yield* new ChoicePerformance(choice, options, spent).run(steps);
  yield { type: "event", event: { type: "usage", usage: usageOf(options.promptTokens, spent) } };
}

class ChoicePerformance {
  readonly #choice: number;
  readonly #options: PerformanceOptions;
  readonly #spent: Spent;
  #tokensLeft: number;
  #paceMs = 0;
  #calls = 0;

  constructor(choice: number, options: PerformanceOptions, spent: Spent) {
    this.#choice = choice;
    this.#options = options;
    this.#spent = spent;
    this.#tokensLeft = options.maxTokens;
  }

  *run(steps: readonly Step[]): Generator<Beat> {
    let reason: FinishReason | undefined;
    for (const step of steps) {
      reason = yield* this.#step(step);
      if (reason !== undefined) break;
    }
    reason ??= this.#calls > 0 ? "tool_calls" : "stop";
    yield { type: "event", event: { type: "choice-finish", choice: this.#choice, reason, rawReason: reason } };
  }

  /** The reason to finish, where the step is one. */
  *#step(step: Step): Generator<Beat, FinishReason | undefined> {
    switch (step.type) {
      case "text":
        return yield* this.#tokens(step.text, (text) => ({ type: "text-delta", choice: this.#choice, text }));
      case "reasoning":
        return yield* this.#tokens(step.text, (text) => {
          this.#spent.reasoningTokens += 1;
          return { type: "reasoning-delta", choice: this.#choice, text };
        });
      case "call":
        return yield* this.#call(step);
      case "pace":
        this.#paceMs = step.ms;
        return undefined;
      case "finish":
        return step.reason;
      default:
        yield step;
        return undefined;
    }
  }

  *#call({ kind, name, arguments: text }: CallStep): Generator<Beat, FinishReason | undefined> {
    const choice = this.#choice;
    const index = this.#calls;
    const id = `call_${this.#options.id}_${choice}_${index}`;
    const begun = yield* this.#token({ type: "tool-call-start", choice, index, id, name, kind });
    if (!begun) return "length";
    this.#calls += 1;
    let given = "";
    const cut = yield* this.#tokens(text, (token) => {
      given += token;
      return { type: "tool-call-delta", choice, index, text: token };
    });
    const ended = { id, type: kind, name, arguments: given };
    const call = cut === undefined ? finishCall(ended, false).call : incompleteCall(ended);
    yield { type: "event", event: { type: "tool-call-end", choice, index, call } };
    return cut;
  }

  /** Gives a text token by token; `length` where it does not fit any more. */
  *#tokens(text: string, eventOf: (token: string) => StreamEvent): Generator<Beat, "length" | undefined> {
    for (const token of tokensOf(text)) {
      if (this.#tokensLeft === 0) return "length";
      yield* this.#token(eventOf(token));
    }
    return undefined;
  }

  /** Gives what is worth one token, if there is one left. */
  *#token(event: StreamEvent): Generator<Beat, boolean> {
    if (this.#tokensLeft === 0) return false;
    this.#tokensLeft -= 1;
    this.#spent.tokens += 1;
    if (this.#paceMs > 0) yield { type: "wait", ms: this.#paceMs };
    yield { type: "event", event };
    return true;
  }
}

function usageOf(promptTokens: number, { tokens, reasoningTokens }: Spent): TokenUsage {
  return {
    promptTokens,
    completionTokens: tokens,
    totalTokens: promptTokens + tokens,
    ...(reasoningTokens > 0 && { reasoningTokens }),
    raw: {},
  };
}
