import { sign } from "node:crypto";
import { type ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { classify } from "../../wire/failure/classify.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { present } from "../../wire/failure/present.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { numberOf, objectOf, stringOf } from "../../wire/json/read.ts";
import type { Timeouts } from "../provider.ts";
import { redact } from "../transport/headers.ts";
import { readBody } from "../transport/read-body.ts";
import type { Transport, TransportReply } from "../transport/transport.ts";
import type { AuthorizedUser, GoogleCredentials, ServiceAccount } from "./google-credentials.ts";
import type { RequestSigner } from "./signer.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** How long a signed claim is good for: the most that is allowed. */
const CLAIM_SECONDS = 3600;
/** A token is exchanged this long before it expires, so that none expires on the way. */
const MARGIN_MS = 5 * 60 * 1000;
/** Where the reply does not say how long a token is good for. */
const SHORT_LIFE_SECONDS = 10 * 60;
const MAX_REPLY_BYTES = 64 * 1024;
const TIMEOUTS: Timeouts = { connect: 10_000, firstByte: 30_000, firstContent: 30_000, idle: 30_000 };

interface Token {
  readonly value: string;
  readonly freshUntilMs: number;
}

export interface GoogleTokenOptions {
  readonly credentials: GoogleCredentials;
  /** What the exchange goes over. */
  readonly transport: Transport;
}

/** Sends Google's access tokens with requests: exchanged when needed, once for all that wait, and kept while fresh. */
export function createGoogleSigner(options: GoogleTokenOptions): RequestSigner {
  const tokens = new GoogleTokens(options);
  const { type, projectId } = options.credentials;
  // A person's use is counted for a project of theirs.
  const counted = type === "authorized_user" && projectId !== undefined ? { "x-goog-user-project": projectId } : {};
  return {
    get secrets() {
      return tokens.secrets;
    },
    headers: async (_request, nowMs) => ({ authorization: `Bearer ${await tokens.get(nowMs)}`, ...counted }),
  };
}

class GoogleTokens {
  readonly #options: GoogleTokenOptions;
  #token: Token | undefined;
  #exchange: Promise<Token> | undefined;

  constructor(options: GoogleTokenOptions) {
    this.#options = options;
  }

  get secrets(): readonly string[] {
    const { secrets } = this.#options.credentials;
    return this.#token === undefined ? secrets : [...secrets, this.#token.value];
  }

  async get(nowMs: number): Promise<string> {
    if (this.#token !== undefined && nowMs < this.#token.freshUntilMs) return this.#token.value;
    this.#exchange ??= this.#renew(nowMs);
    return (await this.#exchange).value;
  }

  /** It goes on where the request that began it is called off: others wait for it too. */
  async #renew(nowMs: number): Promise<Token> {
    try {
      this.#token = await exchange(this.#options, nowMs);
      return this.#token;
    } finally {
      this.#exchange = undefined;
    }
  }
}

async function exchange({ credentials, transport }: GoogleTokenOptions, nowMs: number): Promise<Token> {
  const reply = await transport.send({
    method: "POST",
    url: credentials.tokenUri,
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams(formOf(credentials, nowMs)).toString(),
    timeouts: TIMEOUTS,
  });
  reply.body.contentSeen();
  const body = new TextDecoder().decode(await readBody(reply.body, { maxBytes: MAX_REPLY_BYTES, cut: true }));
  const token = reply.status === 200 ? tokenIn(body, nowMs) : undefined;
  if (token !== undefined) return token;
  throw refusal(reply, body, credentials, nowMs);
}

function formOf(credentials: GoogleCredentials, nowMs: number): Record<string, string> {
  return credentials.type === "service_account"
    ? { grant_type: JWT_GRANT, assertion: claim(credentials, Math.floor(nowMs / 1000)) }
    : refreshForm(credentials);
}

function refreshForm({ clientId, clientSecret, refreshToken }: AuthorizedUser): Record<string, string> {
  return {
    grant_type: "refresh_token",
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  };
}

/** A signed claim to be the account: a JSON web token (RFC 7519) as RFC 7523 wants it. */
function claim({ email, key, keyId, tokenUri }: ServiceAccount, nowSec: number): string {
  const head = present({ alg: "RS256", typ: "JWT", kid: keyId });
  const body = { iss: email, scope: SCOPE, aud: tokenUri, iat: nowSec, exp: nowSec + CLAIM_SECONDS };
  const text = [head, body].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
}

function tokenIn(body: string, nowMs: number): Token | undefined {
  const parsed = parseJson(body);
  const fields = parsed.ok ? objectOf(parsed.value) : undefined;
  const value = stringOf(fields?.["access_token"]) ?? "";
  if (!/^[\x21-\x7e]+$/u.test(value)) return undefined;
  const lifeMs = (numberOf(fields?.["expires_in"]) ?? SHORT_LIFE_SECONDS) * 1000;
  // A token of a short life is used for half of it.
  return { value, freshUntilMs: nowMs + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) };
}

/** Why there is no token. A refusal is about the account, whatever its status. */
function refusal(
  { status, headers }: TransportReply,
  body: string,
  { secrets }: GoogleCredentials,
  wallNowMs: number,
): ProviderError {
  if (status === 200) return providerError(failureOf("protocol", "Google's token endpoint gave no access token."));
  const said = classify({ status, headers, body, wallNowMs });
  const message = redact(`No access token could be had from Google: ${said.message}`, secrets);
  const isRefused = status >= 400 && status < 500 && said.kind !== "rate_limit";
  const failure: Failure = isRefused ? failureOf("auth", message) : { ...said, message };
  return providerError({ ...failure, ...present({ upstream: shown(said, secrets) }) });
}

function shown({ upstream }: Failure, secrets: readonly string[]): Failure["upstream"] {
  if (upstream?.message === undefined) return upstream;
  return { ...upstream, message: redact(upstream.message, secrets) };
}
