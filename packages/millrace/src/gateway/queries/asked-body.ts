import type { RequestBody } from "../../providers/provider.ts";
import type { Exchange } from "../exchange.ts";
import { readRequestBody } from "../large-body.ts";
import { takeSeat } from "../seat.ts";

/**
 * The body of a question. Bodies are what fills the memory, so whoever sends one takes a seat for as long.
 *
 * @throws {RefusalError} where there is no room, or no JSON object comes
 */
export async function askedBody(asked: Pick<Exchange, "request" | "plan" | "gate">): Promise<RequestBody> {
  const { request, plan, gate } = asked;
  const maxBytes = plan.limits.requestBodyBytes;
  takeSeat(asked);
  try {
    return await readRequestBody(await request.readBody(maxBytes), { maxBytes, signal: request.signal });
  } finally {
    gate.seats.giveBack();
  }
}
