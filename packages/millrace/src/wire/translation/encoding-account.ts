import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";

/** Why something is left out that a dialect has no word for. */
export const NO_PLACE = "the server's dialect has no such thing";

/** What is told of a request that is being written: what was changed in it, and why it cannot be sent at all. */
export class EncodingAccount {
  readonly #changes: Change[] = [];
  readonly #told = new Set<string>();
  #refusal: Failure | undefined;

  get changes(): readonly Change[] {
    return this.#changes;
  }

  get refusal(): Failure | undefined {
    return this.#refusal;
  }

  report(...changes: readonly Change[]): void {
    this.#changes.push(...changes);
  }

  /** The same, however many places a field stands in. */
  reportOnce(change: Change): void {
    if (this.#told.has(change.field)) return;
    this.#told.add(change.field);
    this.report(change);
  }

  drop(field: string, reason: string): void {
    this.report({ field, action: "dropped", reason });
  }

  dropOnce(field: string, reason: string): void {
    this.reportOnce({ field, action: "dropped", reason });
  }

  add(field: string, reason: string): void {
    this.report({ field, action: "added", reason });
  }

  replace(field: string, to: string, reason: string): void {
    this.report({ field, action: "replaced", to, reason });
  }

  replaceOnce(field: string, to: string, reason: string): void {
    this.reportOnce({ field, action: "replaced", to, reason });
  }

  /** The first thing that has no place counts. */
  refuse(param: string, message: string): void {
    this.#refusal ??= failureOf("unsupported", message, { param });
  }
}
