import { identify } from "../credentials.ts";
import type { Announced, Identified } from "../exchange.ts";

/**
 * Finds out who is calling, before the body is read.
 *
 * @throws {RefusalError} 401
 */
export function authenticate(announced: Announced): Identified {
  const principal = identify(announced.request, announced.plan.keys);
  announced.draft.principal = principal.name;
  return { ...announced, principal };
}
