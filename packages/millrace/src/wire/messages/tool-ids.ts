const FIT = /^[a-zA-Z0-9_-]+$/u;

/** Whether the dialect's servers take these ids of calls as they are. */
export function areFit(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length && ids.every((id) => FIT.test(id));
}

/**
 * Ids of calls in the form that servers take, and each of them once. The results that follow belong to the last call of
 * their id: some servers count anew in every turn. What an id becomes depends on nothing that comes after it, so that the
 * beginning of a conversation stays the same as it grows.
 */
export class ToolIds {
  readonly #taken = new Set<string>();
  readonly #latest = new Map<string, string>();

  ofCall(id: string): string {
    const base = fitted(id);
    let made = base;
    for (let count = 2; this.#taken.has(made); count += 1) made = `${base}_${count}`;
    this.#taken.add(made);
    this.#latest.set(id, made);
    return made;
  }

  ofResult(id: string): string {
    return this.#latest.get(id) ?? fitted(id);
  }
}

function fitted(id: string): string {
  return FIT.test(id) ? id : id.replace(/[^a-zA-Z0-9_-]/gu, "_") || "call";
}
