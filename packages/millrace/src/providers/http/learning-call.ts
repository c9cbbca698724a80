import { ProviderError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Draft } from "./draft.ts";
import { applyRemedies, type Remedied } from "./learned-parameters.ts";
import { remediesFor } from "./parameter-refusal.ts";
import type { Remedy } from "./remedy.ts";
import type { BodyBytes } from "./spliced-body.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { UpstreamReply } from "./upstream-reply.ts";
import { withinStack } from "./within-stack.ts";

/** A POST whose optional parameters may turn out to be refused. */
export interface LearningRequest {
  readonly url: string;
  readonly model: string;
  readonly stream: boolean;
  /** Nothing may be left out that the caller asked for. */
  readonly strict?: boolean | undefined;
  readonly json: JsonObject;
  /** All of the document, where `json` is an outline of it. */
  readonly whole?: (() => JsonObject) | undefined;
  /** The same document as bytes, where they exist already: they are sent if nothing has to be changed. */
  readonly bytes?: BodyBytes | undefined;
  /** Writes a document that was made from `json`, where `JSON.stringify` would not do. */
  readonly write?: ((json: JsonObject) => Promise<BodyBytes>) | undefined;
}

/** A reply, and what had to be left out or renamed to get it. */
export interface LearnedReply {
  readonly reply: UpstreamReply;
  readonly applied: readonly Remedy[];
}

/** How often a request is sent again because of refused parameters: servers name them one at a time. */
const RESENDS_MAX = 6;

/** What only says how the answer is given, so that nothing is lost without it. */
const ABOUT_FORM: ReadonlySet<string> = new Set(["stream_options", "encoding_format"]);

const NO_HEADERS: Draft["headers"] = {};

/**
 * Sends a request without what its target is known to refuse. If the target refuses something else that the
 * request can go without, it is sent again without that, and once the target takes it, that is remembered.
 *
 * Any other failure is the caller's: the last one, because an earlier one was about something that the last
 * request no longer held. Only where the target refuses the name that a parameter was given instead, the refusal
 * of the caller's own name is told.
 */
export async function callLearning(
  upstream: Upstream,
  request: LearningRequest,
  context: CallContext,
): Promise<LearnedReply> {
  const { model, json, strict = false } = request;
  const { learned } = upstream;
  const mayDo = (remedy: Remedy): boolean => !strict || remedy.action === "renamed" || ABOUT_FORM.has(remedy.parameter);
  const given: Draft = { body: json, headers: context.headers ?? NO_HEADERS };
  const fresh: Remedy[] = [];
  let renamed: ProviderError | undefined;
  for (let resends = 0; ; resends += 1) {
    const remedied = applyRemedies(given, [...learned.for(model).filter(mayDo), ...fresh]);
    try {
      const reply = await send(upstream, request, remedied, context);
      learned.remember(model, fresh);
      return { reply, applied: remedied.applied };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const remedies = remediesFor(error.failure, remedied.draft).filter(mayDo);
      if (renamed !== undefined && remedies.some((remedy) => undoesOne(remedy, fresh))) throw renamed;
      if (remedies.length === 0 || resends >= RESENDS_MAX) throw error;
      if (remedies.some(({ action }) => action === "renamed")) renamed = error;
      fresh.push(...remedies);
    }
  }
}

/** A remedy for something that only stands in the request because of an earlier one. */
function undoesOne({ parameter }: Remedy, earlier: readonly Remedy[]): boolean {
  return earlier.some(({ to }) => to === parameter);
}

function send(
  upstream: Upstream,
  { url, stream, json, whole, bytes, write }: LearningRequest,
  { draft, applied }: Remedied,
  context: CallContext,
): Promise<UpstreamReply> {
  const { body, headers } = draft;
  const isAsGiven = body === json && bytes !== undefined;
  const isUnchanged = headers === (context.headers ?? NO_HEADERS);
  const own = isUnchanged ? context : { ...context, headers };
  const call = (document: BodyBytes | string): Promise<UpstreamReply> =>
    upstream.call({ method: "POST", url, body: document, stream }, own);
  if (!isAsGiven && write !== undefined) return write(body).then(call);
  const all = (): JsonObject =>
    whole === undefined ? body : applyRemedies({ body: whole(), headers }, applied).draft.body;
  return call(isAsGiven ? bytes : withinStack(upstream, () => JSON.stringify(all())));
}
