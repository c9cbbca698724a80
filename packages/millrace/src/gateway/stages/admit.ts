import type { Accepted, Admitted, Identified, Seated } from "../exchange.ts";
import { checkModel } from "../model-permission.ts";
import { takeSeat } from "../seat.ts";

/**
 * Whether there is room, before the body is read: bodies are what fills the memory.
 *
 * @throws {RefusalError} 503 while draining, 429 when every place is taken
 */
export function admitCaller(identified: Identified): Seated {
  const { gate, outlet } = identified;
  const seat = takeSeat(identified);
  // Before the last byte: a client that has the whole answer may be back at once, at another worker too.
  outlet.beforeClosing(() => gate.seats.giveBack());
  return { ...identified, seat };
}

/**
 * Whether the caller may use the model, by the name it asked for.
 *
 * @throws {RefusalError} 403
 */
export function admitModel(accepted: Accepted): Admitted {
  const { principal, facts } = accepted;
  checkModel(principal, facts.model);
  return { ...accepted, visibleModels: principal.models };
}
