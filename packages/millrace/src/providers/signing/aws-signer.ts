import { ConfigurationError } from "../../model/errors.ts";
import { checkHeader } from "../transport/headers.ts";
import { amzDate, signature } from "./sigv4.ts";
import type { SigningKey } from "./sigv4.ts";
import type { Environment } from "../environment.ts";
import type { RequestSigner } from "./signer.ts";

/** Who is calling AWS, and where. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  readonly region: string;
}

/** What is given of them; the environment has the rest. */
export type AwsOptions = { readonly [K in keyof AwsCredentials]?: string | undefined };

const VARIABLES = {
  accessKeyId: ["AWS_ACCESS_KEY_ID"],
  secretAccessKey: ["AWS_SECRET_ACCESS_KEY"],
  sessionToken: ["AWS_SESSION_TOKEN"],
  region: ["AWS_REGION", "AWS_DEFAULT_REGION"],
} as const;

const SETTINGS = { accessKeyId: "access_key_id", secretAccessKey: "secret_access_key", region: "region" } as const;

/** The service that Bedrock's requests are signed for, at every one of its hosts. */
const BEDROCK = "bedrock";
const BEDROCK_HOST = /^bedrock(?:-runtime)?(?:-fips)?\.([a-z0-9-]+)\./u;

/**
 * The credentials from options and, where those give none, from the environment. A key from one place never meets a
 * secret or a session from another. The region may stand in the base URL too.
 *
 * @throws {ConfigurationError} naming what is missing
 */
export function awsCredentials(options: AwsOptions, environment: Environment, baseUrl?: string): AwsCredentials {
  const isGiven = options.accessKeyId !== undefined || options.secretAccessKey !== undefined;
  const keys = isGiven ? options : fromEnvironment(environment);
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const region = options.region ?? regionIn(baseUrl) ?? valueOf(environment, VARIABLES.region);
  return {
    accessKeyId: needed("accessKeyId", accessKeyId),
    secretAccessKey: needed("secretAccessKey", secretAccessKey),
    region: needed("region", region),
    ...(sessionToken !== undefined && sessionToken !== "" && { sessionToken }),
  };
}

/**
 * Signs requests with AWS Signature Version 4. Only what identifies a request is signed: its method, address, body and
 * type, not the headers that a connection may change.
 */
export function createAwsSigner(credentials: AwsCredentials, service: string = BEDROCK): RequestSigner {
  const { sessionToken, secretAccessKey } = credentials;
  if (sessionToken !== undefined) checkHeader("x-amz-security-token", sessionToken, "aws.session_token");
  checkHeader("authorization", credentials.accessKeyId, "aws.access_key_id");
  checkHeader("authorization", credentials.region, "aws.region");
  const key: SigningKey = { ...credentials, service };
  const token = sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken };
  return {
    secrets: [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])],
    headers: ({ method, url, headers, body }, nowMs) => {
      const { host, pathname, search } = new URL(url);
      const timestamp = amzDate(nowMs);
      const added = { "x-amz-date": timestamp, ...token };
      const signed = { ...contentType(headers), host, ...added };
      const authorization = signature(
        { method, target: `${pathname}${search}`, headers: signed, body },
        key,
        timestamp,
      );
      return Promise.resolve({ ...added, authorization });
    },
  };
}

function contentType(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() === "content-type"));
}

function fromEnvironment(environment: Environment): AwsOptions {
  return {
    accessKeyId: valueOf(environment, VARIABLES.accessKeyId),
    secretAccessKey: valueOf(environment, VARIABLES.secretAccessKey),
    sessionToken: valueOf(environment, VARIABLES.sessionToken),
  };
}

function regionIn(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return undefined;
  return BEDROCK_HOST.exec(new URL(baseUrl).hostname)?.[1];
}

function needed(name: keyof typeof SETTINGS, value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  const setting = `aws.${SETTINGS[name]}`;
  throw new ConfigurationError(setting, `${setting} is missing. Set it, or the variable ${VARIABLES[name][0]}.`);
}

function valueOf(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
}
