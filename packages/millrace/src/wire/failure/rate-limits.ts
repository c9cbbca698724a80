type Headers = Readonly<Record<string, string>>;

/** `x-ratelimit-remaining-tokens`, `anthropic-ratelimit-requests-limit`, `ratelimit`, `ratelimit-policy`. */
const RATE_LIMIT_HEADER = /^(?:x-|anthropic-)?ratelimit(?:-|$)/u;

/** The headers that say how much a caller may use and what is left of it; nothing where none does. */
export function rateLimitsIn(headers: Headers): Headers | undefined {
  const limits = Object.entries(headers).filter(([name]) => RATE_LIMIT_HEADER.test(name));
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}
