import type { JsonObject } from "../model/json.ts";
import type { RequestBody } from "../providers/provider.ts";
import {
  expandedBody,
  previousResponseId,
  referencedItems,
  resolvedBody,
  storedResponse,
  wantsStored,
} from "../wire/responses/conversation-state.ts";
import type { AnswerEncoding } from "../wire/translation/codec.ts";
import { readDocument } from "./client-body.ts";
import type { Admitted, Routed, Seated } from "./exchange.ts";
import type { ResponseHolder } from "./response-holders.ts";
import { wholeOf } from "./translation.ts";

/**
 * A Responses request with the whole conversation in it, where it goes on from an answer that is kept here. What it
 * names that is not kept here may be known to the server, so it stays.
 */
export function continuedBody(
  { operation, ports, principal }: Pick<Seated, "operation" | "ports" | "principal">,
  body: RequestBody,
): RequestBody {
  if (operation !== "responses") return body;
  const { responses } = ports;
  const named = previousResponseId(body.outline);
  const previous = named === undefined ? undefined : responses.get(principal.name, named);
  const refers = referencedItems(body.outline).length > 0;
  if (previous === undefined && !refers) return body;
  const whole = wholeOf(body);
  const continued = previous === undefined ? whole : expandedBody(whole, previous);
  const resolved = resolvedBody(continued, (id) => responses.item(principal.name, id));
  // Which item is unknown is for the server to say, which may know it.
  const json = "kind" in resolved ? continued : resolved;
  return readDocument(TEXT.encode(JSON.stringify(json)));
}

/** Who keeps the response that a request goes on from, where that is a server. */
export function previousHolder({
  body,
  live,
  operation,
  principal,
}: Pick<Admitted, "body" | "live" | "operation" | "principal">): ResponseHolder | undefined {
  const named = operation === "responses" ? previousResponseId(body.outline) : undefined;
  return named === undefined ? undefined : live.responses.of(principal.name, named);
}

/** Keeps an answer as the client is given it, if it wants that, so that its next request may go on from it. */
export function keepResponse(
  { operation, ports, principal }: Pick<Routed, "operation" | "ports" | "principal">,
  options: AnswerEncoding,
  given: JsonObject,
): void {
  if (operation !== "responses" || !wantsStored(options.asked)) return;
  const stored = storedResponse(options.asked, given);
  ports.responses.put(principal.name, stored.id, stored);
}

const TEXT = new TextEncoder();
