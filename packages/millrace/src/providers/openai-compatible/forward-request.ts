import type { Change } from "../../model/change.ts";
import type { AdaptedBody } from "../../wire/assembly/body-editor.ts";
import { scanTopLevel, spliceTopLevel } from "../../wire/json/top-level.ts";
import type { ForwardBody, ForwardReply, ForwardRequest } from "../provider.ts";
import { changeOf } from "./learned-parameters.ts";
import { callLearning } from "./learning-call.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** A request that was passed on, and what had to be changed in it. */
export interface Forwarded {
  readonly reply: UpstreamReply;
  readonly changes: readonly Change[];
  /** From just before it was sent, on the clock that never goes back. */
  readonly startedMs: number;
}

/** Where a client's body goes, and in what form. */
export interface ForwardCall {
  /** Below the base URL. */
  readonly path: string;
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
  { body, model }: ForwardRequest,
  { path, stream, adapted }: ForwardCall,
  context: CallContext,
): Promise<Forwarded> {
  const { body: json, changes, edits } = adapted;
  const bytes = edits === undefined ? undefined : spliced(body.bytes, edits);
  const startedMs = upstream.clock.now();
  const url = urlOf(upstream.settings, path);
  const { reply, applied } = await callLearning(upstream, { url, model, stream, json, bytes }, context);
  return { reply, startedMs, changes: [...changes, ...applied.map(changeOf)] };
}

/** What is handed on of a reply. */
export function forwardReply({ reply, changes }: Forwarded, body: ForwardBody): ForwardReply {
  const { status, headers, requestId } = reply;
  return {
    status,
    // Whatever the server called a document that was read and found to be JSON.
    headers: body.kind === "whole" ? { ...headers, "content-type": "application/json" } : headers,
    ...(requestId === undefined ? {} : { requestId }),
    changes,
    body,
  };
}

/** Nothing where the fields of the body cannot be told apart safely: it then has to be written anew. */
function spliced(bytes: Uint8Array, edits: NonNullable<AdaptedBody["edits"]>): Uint8Array | undefined {
  const fields = scanTopLevel(bytes);
  return fields === undefined ? undefined : spliceTopLevel(bytes, fields, edits);
}
