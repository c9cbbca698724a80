import type { Change } from "../model/change.ts";
import type { Failure } from "../model/failure.ts";
import type { CostUsd } from "../model/money.ts";
import { costOf } from "./cost.ts";
import type { StreamForm } from "./dialect.ts";
import { priceOf } from "./routing/price.ts";
import { targetName } from "./exchange.ts";
import type { Attempted, Exchange } from "./exchange.ts";

type Headers = Record<string, string>;

/** Headers of the upstream that mean something to the client. Everything else stays behind. */
const PASSED = new Set(["openai-processing-ms", "x-request-id", "retry-after", "retry-after-ms"]);
const PASSED_PREFIX = "x-ratelimit-";

/** Room for the changes in one header; what does not fit is counted, and is whole on the record. */
const CHANGES_CHARS_MAX = 1024;
const NAME_CHARS_MAX = 512;

/** The head of a stream, before anything is known but the request. */
export function streamHead(id: string, { contentType }: StreamForm): Headers {
  return {
    "content-type": contentType,
    "cache-control": "no-cache",
    // Without it nginx holds a stream back until it has a page full.
    "x-accel-buffering": "no",
    "x-millrace-request-id": id,
  };
}

/** The head of a stream that a target answers. */
export function answerStreamHead(attempted: Attempted): Headers {
  return withAnswer(streamHead(attempted.id, attempted.dialect.stream), attempted);
}

/** The head of one whole reply. */
export function answerHead(attempted: Attempted, bodyBytes: number): Headers {
  const headers = withAnswer(
    {
      "content-type": attempted.relay.contentType,
      "content-length": String(bodyBytes),
      "x-millrace-request-id": attempted.id,
    },
    attempted,
  );
  headers["x-millrace-cost-usd"] = costText(
    costOf(attempted.relay.seen.usage, priceOf(attempted.plan.prices, attempted.candidate)),
  );
  return headers;
}

/** The head of an error reply. */
export function refusalHead(
  exchange: Exchange,
  failure: Failure,
  encoded: Readonly<Record<string, string>>,
  bodyBytes: number,
): Headers {
  const headers: Headers = {
    ...encoded,
    "content-type": "application/json",
    "content-length": String(bodyBytes),
    "x-millrace-request-id": exchange.id,
  };
  if (failure.status === 401) headers["www-authenticate"] = "Bearer";
  if (exchange.gate.draining) headers["connection"] = "close";
  const { attempts, gaveUpOn } = exchange.draft;
  if (attempts.length === 0) return headers;
  // A client that tries again at once would only add to what is going on.
  if (gaveUpOn !== undefined) headers["x-should-retry"] = "false";
  headers["x-millrace-attempts"] = String(attempts.length);
  const told = gaveUpOn ?? failure;
  const failed = attempts.find((attempt) => attempt.ended?.failure === told);
  if (failed !== undefined) headers["x-millrace-target"] = headerText(targetName(failed.candidate));
  const { requestId, rateLimits = {} } = failure.upstream ?? {};
  if (requestId !== undefined) headers["x-request-id"] = headerText(requestId);
  for (const [name, value] of Object.entries(rateLimits)) {
    if (name.startsWith(PASSED_PREFIX)) headers[name] = headerText(value);
  }
  return headers;
}

function withAnswer(headers: Headers, { reply, candidate, draft }: Attempted): Headers {
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (value === undefined) continue;
    if (PASSED.has(name) || name.startsWith(PASSED_PREFIX)) headers[name] = headerText(value);
  }
  headers["x-millrace-target"] = headerText(targetName(candidate));
  headers["x-millrace-attempts"] = String(draft.attempts.length);
  if (reply.changes.length > 0) headers["x-millrace-changes"] = changesText(reply.changes);
  return headers;
}

/** The changes in a line, such as `max_tokens renamed max_completion_tokens, user dropped`. */
export function changesText(changes: readonly Change[]): string {
  let text = "";
  for (const [index, { field, action, to }] of changes.entries()) {
    const words = to === undefined ? [field, action] : [field, action, to];
    // A comma separates changes, so none may stand inside one.
    const change = headerText(words.join(" ")).replaceAll(",", ";");
    if (text.length + change.length > CHANGES_CHARS_MAX) {
      const more = `${changes.length - index} more`;
      return text === "" ? more : `${text}, and ${more}`;
    }
    text += text === "" ? change : `, ${change}`;
  }
  return text;
}

/** Dollars as a plain decimal, never in exponent form. */
export function costText(costUsd: CostUsd): string {
  if (costUsd === "unknown") return costUsd;
  return costUsd.toFixed(12).replace(/\.?0+$/, "");
}

/** Text that may stand in a header: anything beyond visible ASCII is percent-encoded. */
export function headerText(text: string): string {
  const cut = text.length > NAME_CHARS_MAX ? `${text.slice(0, NAME_CHARS_MAX)}...` : text;
  if (!/[^\x20-\x7e]/.test(cut)) return cut;
  return cut.replace(/\p{Surrogate}/gu, "\uFFFD").replace(/[^\x20-\x7e]+/g, encodeURIComponent);
}
