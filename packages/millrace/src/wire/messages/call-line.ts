import type { StreamEvent } from "../../model/stream-event.ts";
import type { BlockOutput } from "./block-output.ts";
import { CallOutput } from "./call-output.ts";

type CallEvent = Extract<StreamEvent, { type: "tool-call-start" | "tool-call-delta" | "tool-call-end" }>;

/** What waits behind a call: another one, or something else that the model said. */
type Waiting = CallOutput | (() => void);

/**
 * Calls may come at the same time, but blocks follow one another: while a call is being written, whatever comes behind it
 * waits. It is no more than the answer so far, which is bounded.
 */
export class CallLine {
  readonly #out: BlockOutput;
  readonly #calls = new Map<number, CallOutput>();
  /** What was taken from the line stands before `#taken`. */
  #line: Waiting[] = [];
  #taken = 0;
  #open: CallOutput | undefined;

  constructor(out: BlockOutput) {
    this.#out = out;
  }

  /** Runs a step that writes something else, or keeps it until its turn comes. */
  run(step: () => void): void {
    this.#line.push(step);
    this.#advance();
  }

  write(event: CallEvent): void {
    if (event.type === "tool-call-start") {
      const call = new CallOutput(event);
      this.#calls.set(call.index, call);
      this.#line.push(call);
    } else {
      const call = this.#calls.get(event.index);
      if (event.type === "tool-call-delta") call?.delta(event.text);
      else call?.end(event);
    }
    this.#advance();
  }

  /** The answer is over: everything goes out as it is. */
  flush(): void {
    while (this.#taken < this.#line.length) this.#take();
    this.#leave();
  }

  #advance(): void {
    while (this.#taken < this.#line.length && (this.#open === undefined || this.#open.whole)) this.#take();
    if (this.#taken < this.#line.length || this.#taken === 0) return;
    this.#line = [];
    this.#taken = 0;
  }

  #take(): void {
    const next = this.#line[this.#taken];
    this.#taken += 1;
    this.#leave();
    if (typeof next === "function") next();
    else if (next !== undefined) {
      next.open(this.#out);
      this.#open = next;
    }
  }

  #leave(): void {
    this.#open?.leave();
    this.#open = undefined;
  }
}
