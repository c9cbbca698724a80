import { checksum, takenName, UP_TO_64 } from "../translation/tool-names.ts";
import type { ModelFamily } from "./rules.ts";

const NINE_LETTERS = /^[a-zA-Z0-9]{9}$/u;

/**
 * The ids of a conversation's calls as the API takes them. Some clients use an id again in a later turn, which it
 * refuses: the results that follow belong to the last call of that id.
 */
export class CallIds {
  readonly #form: ModelFamily["callIds"];
  readonly #taken = new Set<string>();
  readonly #latest = new Map<string, string>();

  constructor(form: ModelFamily["callIds"]) {
    this.#form = form;
  }

  ofCall(id: string): string {
    let given = this.#written(id);
    for (let count = 2; this.#taken.has(given); count += 1) given = this.#written(`${id}:${count}`);
    this.#taken.add(given);
    this.#latest.set(id, given);
    return given;
  }

  ofResult(id: string): string {
    return this.#latest.get(id) ?? this.#written(id);
  }

  #written(id: string): string {
    // The same rule as for names of tools.
    if (this.#form === "any") return takenName(id, UP_TO_64);
    return NINE_LETTERS.test(id) ? id : checksum(id).padEnd(9, "0").slice(0, 9);
  }
}
