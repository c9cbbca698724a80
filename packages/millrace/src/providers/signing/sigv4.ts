import { createHash, createHmac } from "node:crypto";
import type { SignableRequest } from "./signer.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";

/** What a signature is made with. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

/**
 * AWS Signature Version 4 of a request, as the header `authorization`. All the headers that are given are signed; `host`
 * and `x-amz-date` must be among them. Described in "Create a signed AWS API request" of the IAM user guide.
 *
 * @param target path and query as they go over the wire
 * @param timestamp as in `x-amz-date`: `20150830T123600Z`
 */
export function signature(
  request: Omit<SignableRequest, "url"> & { readonly target: string },
  key: SigningKey,
  timestamp: string,
): string {
  const day = timestamp.slice(0, 8);
  const scope = [day, key.region, key.service, "aws4_request"].join("/");
  const headers = canonicalHeaders(request.headers);
  const signedHeaders = headers.map(([name]) => name).join(";");
  const canonical = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.target),
    ...headers.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    bodyHash(request.body),
  ].join("\n");
  const toSign = [ALGORITHM, timestamp, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const signed = hmac(derivedKey(key, day), toSign).toString("hex");
  return `${ALGORITHM} Credential=${key.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signed}`;
}

/** A moment as AWS writes it. */
export function amzDate(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[:-]|\.\d{3}/gu, "");
}

function canonicalHeaders(headers: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/gu, " ")] as const)
    .sort(([a], [b]) => compare(a, b));
}

/** Encoded once more, for all services but S3: what is `%3A` on the wire is `%253A` here. */
function canonicalPath(target: string): string {
  const [path = ""] = target.split("?", 1);
  return path.split("/").map(encoded).join("/") || "/";
}

function canonicalQuery(target: string): string {
  const start = target.indexOf("?");
  if (start === -1) return "";
  return [...new URLSearchParams(target.slice(start))]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Everything but letters, digits and `-._~`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function bodyHash(body: SignableRequest["body"]): string {
  const hash = createHash("sha256");
  if (typeof body === "string" || body instanceof Uint8Array) hash.update(body);
  else for (const piece of body) hash.update(piece);
  return hash.digest("hex");
}

function derivedKey({ secretAccessKey, region, service }: SigningKey, day: string): Buffer {
  return [day, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** By code units, as the specification has it; not by any language's alphabet. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
