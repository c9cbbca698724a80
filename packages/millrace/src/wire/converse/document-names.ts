const MAX_LENGTH = 200;
const DEFAULT_NAME = "document";

/**
 * Names for the documents of one request. Each must be there and be its own, of letters, digits, single spaces,
 * hyphens, parentheses and square brackets.
 */
export class DocumentNames {
  readonly #taken = new Set<string>();

  /** The same name for the same file as long as those before it are the same, so that prompts stay cached. */
  take(filename: string | undefined): string {
    const base = allowed(filename ?? "") || DEFAULT_NAME;
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base} (${count})`;
    this.#taken.add(name);
    return name;
  }
}

function allowed(filename: string): string {
  return filename
    .replace(/\.\w{1,8}$/u, "")
    .replace(/[^a-zA-Z0-9\s()[\]-]+/gu, "-")
    .replace(/\s+/gu, " ")
    .trim()
    .slice(0, MAX_LENGTH - 8);
}
