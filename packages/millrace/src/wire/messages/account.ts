import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";

/** What a request had to be changed in, and why it cannot be sent at all. A field is told of once. */
export class Account {
  readonly changes: Change[] = [];
  readonly #told = new Set<string>();
  #refusal: Failure | undefined;

  /** The first content that the dialect has no place for. */
  get refusal(): Failure | undefined {
    return this.#refusal;
  }

  add(change: Change): void {
    if (this.#told.has(change.field)) return;
    this.#told.add(change.field);
    this.changes.push(change);
  }

  drop(field: string, reason: string): void {
    this.add({ field, action: "dropped", reason });
  }

  replace(field: string, to: string, reason: string): void {
    this.add({ field, action: "replaced", to, reason });
  }

  refuse(param: string, what: string): void {
    this.#refusal ??= failureOf("unsupported", `\`${param}\` ${what}`, { param });
  }
}
