const FIT = /^[a-zA-Z0-9_-]+$/u;

/** Whether the dialect's servers take an id of a tool call as it is. */
export function isFitId(id: string): boolean {
  return FIT.test(id);
}

/**
 * Ids of tool calls in the form that servers take, the same for a call and its result. What an id becomes depends on
 * nothing that comes after it, so that the beginning of a conversation stays the same as it grows.
 */
export class ToolIds {
  readonly #known = new Map<string, string>();
  readonly #taken = new Set<string>();

  fit(id: string): string {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const base = isFitId(id) ? id : id.replace(/[^a-zA-Z0-9_-]/gu, "_") || "call";
    let made = base;
    for (let count = 2; this.#taken.has(made); count += 1) made = `${base}_${count}`;
    this.#known.set(id, made);
    this.#taken.add(made);
    return made;
  }
}
