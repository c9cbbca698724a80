import type { ModelFamily } from "./rules.ts";

const MAX_LENGTH = 64;
const ALLOWED = /^[a-zA-Z0-9_-]{1,64}$/u;
const NINE_LETTERS = /^[a-zA-Z0-9]{9}$/u;

/**
 * A name as the API takes it: `[a-zA-Z0-9_-]{1,64}`. One that has to be changed ends in a checksum of what it was, so
 * that two names stay two, and the same name becomes the same in every request.
 */
export function allowedName(name: string): string {
  if (ALLOWED.test(name)) return name;
  const sum = checksum(name).slice(0, 8);
  const plain = name.replace(/[^a-zA-Z0-9_-]/gu, "_").slice(0, MAX_LENGTH - sum.length - 1);
  return `${plain}_${sum}`;
}

/** What names became, back to what they were; for the names that a request offered. */
export function originalNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.filter((name) => !ALLOWED.test(name)).map((name) => [allowedName(name), name]));
}

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
    if (this.#form === "any") return allowedName(id);
    return NINE_LETTERS.test(id) ? id : checksum(id).padEnd(9, "0").slice(0, 9);
  }
}

/** FNV-1a of 64 bits, as a text. It keeps apart what nobody chose to be alike. */
function checksum(text: string): string {
  let hash = 0xcb_f2_9c_e4_84_22_23_25n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x1_00_00_00_01_b3n);
  }
  return hash.toString(36);
}
