import type { JsonObject } from "../../model/json.ts";

/** A request that may be refused for what it holds, and changed because of that. */
export interface Draft {
  readonly body: JsonObject;
  /** Those that the caller gave. */
  readonly headers: Readonly<Record<string, string>>;
}
