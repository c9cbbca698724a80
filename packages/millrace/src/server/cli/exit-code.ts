/** What the program ends with: fine, failed, or called wrongly. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** The command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
