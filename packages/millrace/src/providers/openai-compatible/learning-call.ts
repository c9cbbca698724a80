import { ProviderError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { applyRemedies } from "./learned-parameters.ts";
import { type Remedy, remediesFor } from "./parameter-refusal.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";

/** A POST whose optional parameters may turn out to be refused. */
export interface LearningRequest {
  readonly url: string;
  readonly model: string;
  readonly stream: boolean;
  readonly json: JsonObject;
  /** The same document as bytes, where they exist already: they are sent if nothing has to be changed. */
  readonly bytes?: Uint8Array | undefined;
}

/** A reply, and what had to be left out or renamed to get it. */
export interface LearnedReply {
  readonly reply: UpstreamReply;
  readonly applied: readonly Remedy[];
}

/** How often a request is sent again because of refused parameters: servers name them one at a time. */
const RESENDS_MAX = 3;

/**
 * Sends a request without what its target is known to refuse. If the target refuses something else that the
 * request can go without, it is sent once more without that, and when this was right, remembered. Any
 * other failure, and any failure of the last sending, is the caller's.
 */
export async function callLearning(
  upstream: Upstream,
  request: LearningRequest,
  context: CallContext,
): Promise<LearnedReply> {
  const { url, model, stream, json, bytes } = request;
  const { learned } = upstream;
  const fresh: Remedy[] = [];
  for (;;) {
    const { body, applied } = applyRemedies(json, [...learned.for(model), ...fresh]);
    try {
      const text = body === json && bytes !== undefined ? bytes : JSON.stringify(body);
      const reply = await upstream.call({ method: "POST", url, body: text, stream }, context);
      learned.remember(model, fresh);
      return { reply, applied };
    } catch (error) {
      const remedies = error instanceof ProviderError ? remediesFor(error.failure, body) : [];
      if (remedies.length === 0 || fresh.length >= RESENDS_MAX) throw error;
      fresh.push(...remedies);
    }
  }
}
