import type { Change } from "../../model/change.ts";
import type { AdaptedBody } from "../../wire/assembly/body-editor.ts";
import type { JsonObject } from "../../model/json.ts";
import { writeLarge } from "../../wire/json/large-writer.ts";
import type { ForwardBody, ForwardReply, ForwardRequest, LargeBody } from "../provider.ts";
import { changeOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import { splicedBody } from "./spliced-body.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { RequestRoute } from "../../wire/translation/codec.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** A request that was passed on, and what had to be changed in it. */
export interface Forwarded {
  readonly reply: UpstreamReply;
  readonly changes: readonly Change[];
  /** From just before it was sent, on the clock that never goes back. */
  readonly startedMs: number;
}

/**
 * Where nothing may be left out, what would be is the caller's to hear of.
 *
 * @throws {ProviderError} `unsupported`, which another target may not say
 */
export function checkStrict(upstream: Upstream, { strict }: ForwardRequest, changes: readonly Change[]): void {
  const lost = strict === true ? changes.find(({ action }) => action === "dropped") : undefined;
  if (lost === undefined) return;
  const message = `${lost.field} cannot be sent to this model: ${lost.reason}. Leave it out, or do not ask to be strict.`;
  throw upstream.failures.error(failureOf("unsupported", message, { code: "not_expressible", param: lost.field }));
}

/** Where a client's body goes, and in what form. */
export interface ForwardCall extends RequestRoute {
  /** The server is asked to stream. */
  readonly stream: boolean;
  readonly adapted: AdaptedBody;
}

/**
 * Sends a client's body, adapted to its target. Where nothing but a few top-level values differs, the
 * client's own bytes go out with those values replaced.
 */
export async function sendForward(
  upstream: Upstream,
  { body, model, strict }: ForwardRequest,
  { path, query, stream, adapted }: ForwardCall,
  context: CallContext,
): Promise<Forwarded> {
  const { body: json, changes, edits, whole } = adapted;
  const bytes = edits === undefined ? undefined : splicedBody(body, edits);
  const startedMs = upstream.clock.now();
  const url = urlOf(upstream.settings, path, query);
  const write = body.large === undefined ? undefined : writerOf(body.large);
  const asked = { url, model, stream, strict, json, whole, bytes, write };
  const { reply, applied } = await callLearning(upstream, asked, context);
  return { reply, startedMs, changes: applied.length === 0 ? changes : [...changes, ...applied.map(changeOf)] };
}

function writerOf({ document, inTurns }: LargeBody): (json: JsonObject) => Promise<readonly Uint8Array[]> {
  return (json) => inTurns(writeLarge(document, json));
}

/** What is handed on of a reply. */
export function forwardReply({ reply, changes }: Forwarded, body: ForwardBody): ForwardReply {
  const { status, headers, requestId } = reply;
  return {
    status,
    headers,
    ...(requestId === undefined ? {} : { requestId }),
    changes,
    body,
  };
}
