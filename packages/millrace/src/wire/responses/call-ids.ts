import type { Change } from "../../model/change.ts";

const LENGTH_MAX = 64;
const KEPT = 48;

/** The ids of calls as this dialect takes them: long ones cut, the same for a call and its result. */
export class CallIds {
  readonly #sent = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly changes: Change[] = [];

  of(id: string): string {
    if (id.length <= LENGTH_MAX) return id;
    const known = this.#sent.get(id);
    if (known !== undefined) return known;
    const short = this.#free(`${id.slice(0, KEPT)}_${hashOf(id)}`);
    if (this.#sent.size === 0) {
      const to = `at most ${LENGTH_MAX} characters`;
      this.changes.push({ field: "tool_calls.id", action: "replaced", to, reason: "the server takes no longer ids" });
    }
    this.#sent.set(id, short);
    this.#taken.add(short);
    return short;
  }

  #free(wanted: string): string {
    let short = wanted;
    for (let count = 2; this.#taken.has(short); count += 1) short = `${wanted}_${count}`;
    return short;
  }
}

/** The same in every request, so that a prompt's beginning stays the same: FNV-1a. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
