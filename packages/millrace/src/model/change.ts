/**
 * Something in a request that had to be changed for the target. All of them are told to the caller
 * in `x-millrace-changes` and kept on the record.
 */
export interface Change {
  /** Path of the field, such as `max_tokens` or `messages[0].role`. */
  readonly field: string;
  readonly action: "added" | "dropped" | "renamed" | "replaced";
  /** What it became, for `renamed` and `replaced`: a field name or a short word, never content. */
  readonly to?: string;
  /** Why, in a few words. */
  readonly reason: string;
}
