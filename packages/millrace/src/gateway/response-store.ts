import type { JsonObject } from "../model/json.ts";
import type { StoredResponse } from "../wire/responses/conversation-state.ts";

export type { StoredResponse } from "../wire/responses/conversation-state.ts";

/**
 * Answers that clients may go on from by naming them. Each principal sees its own only. A store may forget at any time;
 * whoever asks for what is gone is told that it was not found.
 */
export interface ResponseStore {
  put(principal: string, id: string, stored: StoredResponse): void;
  get(principal: string, id: string): StoredResponse | undefined;
  /** Whether there was one. */
  delete(principal: string, id: string): boolean;
  /** An item of a stored answer, by its own id. */
  item(principal: string, id: string): JsonObject | undefined;
}
