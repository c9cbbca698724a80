import type { Exchange } from "./exchange.ts";
import { refuse } from "./refusal.ts";
import { acceptBody, acceptHead } from "./stages/accept.ts";
import { admitCaller, admitModel } from "./stages/admit.ts";
import { attempt } from "./stages/attempt.ts";
import { authenticate } from "./stages/authenticate.ts";
import { relay } from "./stages/relay.ts";
import { route } from "./stages/route.ts";
import { settle } from "./stages/settle.ts";

/**
 * A request's way, top to bottom: accept, authenticate, admit, route, attempt, relay, settle.
 *
 * Accept and admit each have two halves, because everything that can be refused without the body is
 * refused before it is read. A stage takes what the one before it gave, so no other order compiles.
 * Whatever is thrown on the way is told to the client by `refuse`, and `settle` runs once on every ending.
 */
export async function serve(exchange: Exchange): Promise<void> {
  try {
    const announced = acceptHead(exchange);
    const identified = authenticate(announced);
    const seated = admitCaller(identified);
    const accepted = await acceptBody(seated);
    const admitted = admitModel(accepted);
    const routed = await route(admitted);
    const attempted = await attempt(routed);
    await relay(attempted);
  } catch (error) {
    refuse(exchange, error);
  } finally {
    settle(exchange);
  }
}
