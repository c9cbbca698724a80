import type { StreamEvent } from "../../model/stream-event.ts";
import type { Warning } from "../../model/warning.ts";
import type { AnswerOptions } from "./answer-options.ts";
import { modelMismatch } from "./model-mismatch.ts";

/** What a reply says of itself. `created` is in seconds since the epoch. */
export interface ReplyAbout {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly created?: number | undefined;
}

/** What a reply says of itself as a whole; the first of each counts. */
export class ReplyHead {
  readonly #options: Pick<AnswerOptions, "makeId" | "requestedModel">;
  #id = "";
  #model = "";
  #created: number | undefined;
  #skipped = 0;

  constructor(options: Pick<AnswerOptions, "makeId" | "requestedModel">) {
    this.#options = options;
  }

  add({ id = "", model = "", created }: ReplyAbout): void {
    if (this.#id === "") this.#id = id;
    if (this.#model === "") this.#model = model;
    this.#created ??= created;
  }

  /** A chunk could not be read and was left out. */
  skipChunk(): void {
    this.#skipped += 1;
  }

  /** The event that begins the answer. */
  start(): StreamEvent {
    if (this.#id === "") this.#id = this.#options.makeId();
    const model = this.#model === "" ? this.#options.requestedModel : this.#model;
    return { type: "start", id: this.#id, model, ...(this.#created !== undefined && { created: this.#created }) };
  }

  /** What is odd about the reply, once it is over. */
  warnings(): readonly Warning[] {
    const mismatch = modelMismatch(this.#options.requestedModel, this.#model);
    const skipped = `${this.#skipped} unreadable chunk${this.#skipped === 1 ? " was" : "s were"} left out`;
    return [
      ...(mismatch === undefined ? [] : [{ code: "model-mismatch", message: mismatch } as const]),
      ...(this.#skipped === 0 ? [] : [{ code: "skipped-chunk", message: skipped } as const]),
    ];
  }
}
