import type { Failure } from "../model/failure.ts";
import { LOOP } from "../wire/failure/kind.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { HOPS_MAX, marksIn } from "../wire/via/marks.ts";

type HeaderValue = string | readonly string[] | undefined;

/** The marks of the gateways that a request has passed, or nothing where it came straight from a client. */
export function marksOf(viaHeader: HeaderValue): readonly string[] | undefined {
  if (viaHeader === undefined || viaHeader.length === 0) return undefined;
  const marks = marksIn(typeof viaHeader === "string" ? viaHeader : viaHeader.join(","));
  return marks.length === 0 ? undefined : marks;
}

/**
 * Why a request must not be passed on: it was here before, or has passed so many gateways that it is going in circles.
 * Nothing where it may go on.
 *
 * @param viaHeader what came as `x-millrace-via`
 * @param ownId the mark of this gateway
 */
export function loopFailure(viaHeader: HeaderValue, ownId: string): Failure | undefined {
  const marks = marksOf(viaHeader);
  if (marks === undefined) return undefined;
  const since = marks.lastIndexOf(ownId);
  if (since === -1 && marks.length <= HOPS_MAX) return undefined;
  const hops = marks.length - since;
  const message =
    since === -1
      ? `The request has passed more than ${HOPS_MAX} gateways, so it goes in circles. ${WHAT_TO_DO}`
      : `The request came back to this gateway${between(hops)}. ${WHAT_TO_DO}`;
  return failureOf("protocol", message, {
    fault: "gateway",
    code: LOOP,
    status: 508,
    retry: "never",
    details: { via: [...marks] },
  });
}

const WHAT_TO_DO =
  "A provider leads back here: look at the base_url of each provider, here and at the gateways they point to, and take out the one that names this gateway.";

function between(hops: number): string {
  if (hops === 1) return ": one of its own providers is this gateway itself";
  return hops === 2 ? " through another gateway" : ` through ${hops - 1} other gateways`;
}
