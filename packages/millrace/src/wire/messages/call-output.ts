import type { JsonObject } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { JsonProgress } from "../assembly/json-progress.ts";
import { functionCallOf } from "../translation/custom-tools.ts";
import type { BlockOutput } from "./block-output.ts";

type CallStart = Extract<StreamEvent, { type: "tool-call-start" }>;
type CallEnd = Extract<StreamEvent, { type: "tool-call-end" }>;

/** One call that is being written, or waits until the one before it is whole. */
export class CallOutput {
  readonly index: number;
  readonly #start: CallStart;
  readonly #progress = new JsonProgress();
  #waiting: string[] = [];
  #ended = false;
  #out: BlockOutput | undefined;
  #left = false;

  constructor(start: CallStart) {
    this.index = start.index;
    this.#start = start;
  }

  /** Whether nothing of it can still come: its arguments are closed, or it was said to be over. */
  get whole(): boolean {
    return this.#ended || (this.#start.kind === "function" && this.#progress.complete);
  }

  delta(text: string): void {
    // A text in the place of arguments becomes an object, for which all of it has to be there.
    if (this.#start.kind === "custom") return;
    this.#progress.push(text);
    this.#write(text);
  }

  end({ call }: CallEnd): void {
    if (call.type === "custom") this.#write(functionCallOf(call).arguments);
    this.#ended = true;
  }

  /** Its turn has come: what waited goes out, and all else as it comes. */
  open(out: BlockOutput): void {
    const { id, name, extra } = this.#start;
    out.begin({ ...ownExtra(extra), type: "tool_use", id, name, input: {} });
    this.#out = out;
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#write(text);
  }

  /** Its block is over. Behind closed arguments there is nothing but white space. */
  leave(): void {
    this.#left = true;
  }

  #write(text: string): void {
    if (text === "" || this.#left) return;
    if (this.#out === undefined) this.#waiting.push(text);
    else this.#out.delta({ type: "input_json_delta", partial_json: text });
  }
}

/** Who called, which is the only thing beside the call that the dialect has a name for. */
function ownExtra(extra: JsonObject | undefined): JsonObject {
  const caller = extra?.["caller"];
  return caller === undefined ? {} : { caller };
}
