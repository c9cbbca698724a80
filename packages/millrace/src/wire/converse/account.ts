import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";

/** What becomes of a request while it is written: what had to be changed, and why it cannot be sent. */
export class Account {
  readonly changes: Change[] = [];
  readonly #dropped = new Set<string>();
  #refusal: Failure | undefined;

  constructor(changes: readonly Change[] = []) {
    this.changes.push(...changes);
  }

  /** The first reason not to send it. */
  get refusal(): Failure | undefined {
    return this.#refusal;
  }

  /** Told once for each field. */
  drop(field: string, reason: string): void {
    if (this.#dropped.has(field)) return;
    this.#dropped.add(field);
    this.changes.push({ field, action: "dropped", reason });
  }

  replace(field: string, to: string, reason: string): void {
    this.changes.push({ field, action: "replaced", to, reason });
  }

  add(field: string, reason: string): void {
    this.changes.push({ field, action: "added", reason });
  }

  refuse(param: string, what: string): void {
    this.#refusal ??= failureOf("unsupported", `Bedrock's Converse API takes ${what}`, { param });
  }
}
