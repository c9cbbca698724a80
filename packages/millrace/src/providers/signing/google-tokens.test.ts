import { generateKeyPairSync, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { AuthError, ConfigurationError, ProviderError, providerError } from "../../model/errors.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";
import { parseGoogleCredentials, readGoogleCredentials } from "./google-credentials.ts";
import { createGoogleSigner } from "./google-tokens.ts";
import type { RequestSigner } from "./signer.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const ACCOUNT = {
  type: "service_account",
  client_email: "gateway@project.iam.gserviceaccount.com",
  private_key: privateKey,
  private_key_id: "key-1",
  project_id: "project",
};
const USER = {
  type: "authorized_user",
  client_id: "client",
  client_secret: "cl1ent-s3cret",
  refresh_token: "r3fresh-token",
  quota_project_id: "paying",
};
const REQUEST = { method: "POST", url: "https://aiplatform.googleapis.com/v1/x", headers: {}, body: "{}" };
const MINUTE = 60_000;

type Answer = readonly [status: number, body: object | string] | ProviderError;

/** A token endpoint that gives these answers, one after the other, and keeps what it was asked. */
function endpoint(...answers: readonly Answer[]): Transport & { readonly asked: TransportRequest[] } {
  const asked: TransportRequest[] = [];
  const left = [...answers];
  return {
    asked,
    close: () => Promise.resolve(),
    send: (request) => {
      asked.push(request);
      const answer = left.shift();
      if (answer === undefined) throw new Error("Nobody expected this exchange");
      return answer instanceof ProviderError ? Promise.reject(answer) : Promise.resolve(reply(...answer));
    },
  };
}

function reply(status: number, body: object | string): TransportReply {
  const bytes = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
  return {
    status,
    headers: { "content-type": "application/json" },
    body: {
      contentSeen: () => {},
      destroy: () => {},
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(bytes);
      },
    },
  };
}

const token = (value: string, expiresIn = 3600): Answer => [
  200,
  { access_token: value, expires_in: expiresIn, token_type: "Bearer" },
];

function signer(transport: Transport, fields: object = ACCOUNT): RequestSigner {
  return createGoogleSigner({ credentials: parseGoogleCredentials(JSON.stringify(fields), "the file"), transport });
}

async function authorization(from: RequestSigner, nowMs = 0): Promise<string | undefined> {
  return (await from.headers(REQUEST, nowMs))["authorization"];
}

async function failureOfFirst(...answers: readonly Answer[]): Promise<ProviderError> {
  const error: unknown = await authorization(signer(endpoint(...answers))).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderError) return error;
  throw new Error(`It gave ${String(error)}`);
}

describe("what is exchanged", () => {
  test("a service account signs a claim with its key", async () => {
    const transport = endpoint(token("ya29.a"));
    expect(await signer(transport).headers(REQUEST, 1_700_000_000_000)).toEqual({ authorization: "Bearer ya29.a" });
    const [{ method, url, body } = {} as TransportRequest] = transport.asked;
    expect([method, url]).toEqual(["POST", "https://oauth2.googleapis.com/token"]);
    const form = new URLSearchParams(String(body));
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", signature = ""] = form.get("assertion")?.split(".") ?? [];
    const [read, said] = [head, claims].map((part): unknown => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(read).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    expect(said).toEqual({
      iss: "gateway@project.iam.gserviceaccount.com",
      scope: "https://www.googleapis.com/auth/cloud-platform",
      aud: "https://oauth2.googleapis.com/token",
      iat: 1_700_000_000,
      exp: 1_700_003_600,
    });
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify("RSA-SHA256", signed, publicKey, Buffer.from(signature, "base64url"))).toBe(true);
  });

  test("a person's refresh token is sent, and the use counted for their project", async () => {
    const transport = endpoint(token("ya29.b"));
    expect(await signer(transport, USER).headers(REQUEST, 0)).toEqual({
      authorization: "Bearer ya29.b",
      "x-goog-user-project": "paying",
    });
    expect(Object.fromEntries(new URLSearchParams(String(transport.asked[0]?.body)))).toEqual({
      grant_type: "refresh_token",
      client_id: "client",
      client_secret: "cl1ent-s3cret",
      refresh_token: "r3fresh-token",
    });
  });
});

describe("how long a token is used", () => {
  test("until five minutes before it expires", async () => {
    const google = signer(endpoint(token("one"), token("two")));
    expect(await authorization(google, 0)).toBe("Bearer one");
    expect(await authorization(google, 55 * MINUTE - 1)).toBe("Bearer one");
    expect(await authorization(google, 55 * MINUTE)).toBe("Bearer two");
  });

  test("half of a short life", async () => {
    const google = signer(endpoint(token("one", 60), token("two")));
    expect(await authorization(google, 0)).toBe("Bearer one");
    expect(await authorization(google, 29_999)).toBe("Bearer one");
    expect(await authorization(google, 30_000)).toBe("Bearer two");
  });

  test("all that wait share one exchange", async () => {
    const transport = endpoint(token("one"));
    const google = signer(transport);
    const all = await Promise.all(Array.from({ length: 20 }, () => authorization(google)));
    expect(new Set(all)).toEqual(new Set(["Bearer one"]));
    expect(transport.asked).toHaveLength(1);
  });

  test("an exchange that failed fails for all that waited, and the next one is tried anew", async () => {
    const transport = endpoint([503, "busy"], token("one"));
    const google = signer(transport);
    const waited = await Promise.allSettled([authorization(google), authorization(google)]);
    expect(waited.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await authorization(google)).toBe("Bearer one");
    expect(transport.asked).toHaveLength(2);
  });
});

describe("when there is none", () => {
  test.each([
    [400, { error: "invalid_grant", error_description: "Invalid JWT Signature." }],
    [401, { error: "invalid_client", error_description: "The OAuth client was not found." }],
  ])("%i %j is about the account", async (status, body) => {
    const error = await failureOfFirst([status, body]);
    expect(error).toBeInstanceOf(AuthError);
    expect(error.message).toBe(`No access token could be had from Google: ${body.error_description}`);
    expect(error.failure).toMatchObject({ retry: "elsewhere", upstream: { status, message: body.error_description } });
  });

  test.each<[string, Answer, string]>([
    ["too many exchanges", [429, { error: "rate_limit_exceeded" }], "rate_limit"],
    ["trouble at Google", [503, "unavailable"], "overloaded"],
    ["an answer without a token", [200, { id_token: "x" }], "protocol"],
    ["a token that is no header", [200, { access_token: "a\nb" }], "protocol"],
    ["a page of somebody else's", [302, ""], "protocol"],
  ])("%s", async (_title, answer, kind) => {
    expect((await failureOfFirst(answer)).kind).toBe(kind);
  });

  test("a connection that fails is the failure that it is", async () => {
    const error = providerError(failureOf("connection", "refused"));
    expect(await failureOfFirst(error)).toBe(error);
  });

  test("what Google quotes of the secrets is not told", async () => {
    const body = { error: "invalid_grant", error_description: "Bad r3fresh-token for cl1ent-s3cret" };
    const error: unknown = await authorization(signer(endpoint([400, body]), USER)).catch((thrown: unknown) => thrown);
    expect(JSON.stringify((error as ProviderError).failure)).not.toMatch(/r3fresh|s3cret/u);
  });

  test("the token is a secret as long as it is used", async () => {
    const google = signer(endpoint(token("ya29.c")), USER);
    expect(google.secrets).toEqual(["cl1ent-s3cret", "r3fresh-token"]);
    await authorization(google);
    expect(google.secrets).toContain("ya29.c");
  });
});

describe("the file", () => {
  const folder = mkdtempSync(join(tmpdir(), "google-"));
  const file = join(folder, "account.json");
  writeFileSync(file, JSON.stringify(ACCOUNT));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is the one that is named, or the environment's", () => {
    const expected = { type: "service_account", email: ACCOUNT.client_email, projectId: "project" };
    expect(readGoogleCredentials(file, {})).toMatchObject(expected);
    expect(readGoogleCredentials(undefined, { GOOGLE_APPLICATION_CREDENTIALS: file })).toMatchObject(expected);
  });

  test("must be there", () => {
    expect(() => readGoogleCredentials(undefined, {})).toThrow(/GOOGLE_APPLICATION_CREDENTIALS/u);
    expect(() => readGoogleCredentials(join(folder, "none.json"), {})).toThrow(
      /none\.json" cannot be read \(ENOENT\)/u,
    );
  });

  test.each<[string, object, RegExp]>([
    ["of an unknown type", { ...ACCOUNT, type: "external_account" }, /its type is another/u],
    ["without a key", { ...ACCOUNT, private_key: "" }, /the file has no private_key/u],
    ["with a key that is none", { ...ACCOUNT, private_key: "s3cret-key" }, /is no RSA key in PEM/u],
    ["without a refresh token", { ...USER, refresh_token: undefined }, /the file has no refresh_token/u],
    ["that sends the key over plain http", { ...USER, token_uri: "http://a.test/token" }, /is no https URL/u],
  ])("%s", (_title, fields, message) => {
    const parse = (): unknown => parseGoogleCredentials(JSON.stringify(fields), "the file");
    expect(parse).toThrow(ConfigurationError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/s3cret|BEGIN/u);
  });

  test("that is no JSON", () => {
    expect(() => parseGoogleCredentials("{ private_key: s3cret", "the file")).toThrow("the file holds no JSON object.");
  });
});
