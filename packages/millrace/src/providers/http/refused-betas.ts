/** The header by which a client of Anthropic's API asks for what is not in it for everyone yet: a list of names. */
const BETA_HEADER = "anthropic-beta";

type Headers = Readonly<Record<string, string>>;

/**
 * The names of the caller's betas that a server refuses, each as a parameter: `anthropic-beta.NAME`. Vertex names
 * those that it does not know. Bedrock names none, so it is all of them: `anthropic-beta`.
 */
export function refusedBetas(account: string, headers: Headers): readonly string[] {
  const { sent } = betasIn(headers);
  if (sent.length > 0 && /\binvalid beta flag\b/iu.test(account)) return [BETA_HEADER];
  if (!account.includes(BETA_HEADER)) return [];
  return sent.filter((beta) => account.includes(beta)).map((beta) => `${BETA_HEADER}.${beta}`);
}

/** Whether a parameter is a beta, not a field of the body. */
export function isBeta(parameter: string): boolean {
  return parameter.startsWith(BETA_HEADER);
}

/** The headers without a beta; the same reference where they do not hold it. */
export function withoutBeta(headers: Headers, parameter: string): Headers {
  const { sent, others } = betasIn(headers);
  const kept = parameter === BETA_HEADER ? [] : sent.filter((beta) => parameter !== `${BETA_HEADER}.${beta}`);
  if (kept.length === sent.length) return headers;
  return kept.length === 0 ? others : { ...others, [BETA_HEADER]: kept.join(",") };
}

function betasIn(headers: Headers): { readonly sent: readonly string[]; readonly others: Headers } {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === BETA_HEADER) ?? BETA_HEADER;
  const { [name]: value = "", ...others } = headers;
  return { sent: value.split(",").flatMap((beta) => (beta.trim() === "" ? [] : [beta.trim()])), others };
}
