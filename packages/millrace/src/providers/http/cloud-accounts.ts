import { ConfigurationError } from "../../model/errors.ts";
import type { CloudPlatform } from "../profiles/profile.ts";
import { type AwsCredentials, type AwsOptions, awsCredentials, createAwsSigner } from "../signing/aws-signer.ts";
import { type GoogleCredentials, readGoogleCredentials } from "../signing/google-credentials.ts";
import { createGoogleSigner } from "../signing/google-tokens.ts";
import type { Environment } from "../environment.ts";
import type { RequestSigner } from "../signing/signer.ts";
import type { Transport } from "../transport/transport.ts";

/** An account of Google's cloud; the environment has what is not given. */
export interface GoogleOptions {
  /** The path of a file of credentials. */
  readonly credentials?: string;
  readonly project?: string;
  readonly location?: string;
}

/** What is given of an account whose requests take more than a key. */
export interface CloudOptions {
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly apiKeys?: readonly string[] | undefined;
  readonly aws?: AwsOptions | undefined;
  readonly google?: GoogleOptions | undefined;
}

/** An account of a cloud platform. */
export interface CloudAccount {
  readonly baseUrl: string;
  /** Absent where a key is enough. */
  readonly credentials?: CloudCredentials;
}

export type CloudCredentials =
  | { readonly platform: "aws"; readonly credentials: AwsCredentials }
  | { readonly platform: "google"; readonly credentials: GoogleCredentials };

/**
 * The account that options and environment describe, for a profile of a cloud platform.
 *
 * @throws {ConfigurationError} naming what is missing
 */
export function cloudAccount(platform: CloudPlatform, options: CloudOptions, environment: Environment): CloudAccount {
  return platform.name === "aws"
    ? awsAccount(platform, options, environment)
    : googleAccount(platform, options, environment);
}

/** Signs the requests of an account. */
export function cloudSigner(account: CloudCredentials, transport: Transport): RequestSigner {
  return account.platform === "aws"
    ? createAwsSigner(account.credentials)
    : createGoogleSigner({ credentials: account.credentials, transport });
}

/** A key of Bedrock's own is sent like any other service's; the region is still in the address. */
function awsAccount(
  { regionalUrl }: CloudPlatform,
  { baseUrl, apiKey, apiKeys, aws = {} }: CloudOptions,
  environment: Environment,
): CloudAccount {
  const hasKey = (apiKey ?? "") !== "" || (apiKeys ?? []).length > 0;
  if (!hasKey) {
    const credentials = awsCredentials(aws, environment, baseUrl);
    return { baseUrl: baseUrl ?? filled(regionalUrl, credentials), credentials: { platform: "aws", credentials } };
  }
  const region = aws.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"];
  return { baseUrl: baseUrl ?? filled(regionalUrl, { region: needed("aws.region", region, "AWS_REGION") }) };
}

function googleAccount(
  platform: CloudPlatform,
  { baseUrl, google = {} }: CloudOptions,
  environment: Environment,
): CloudAccount {
  const credentials = readGoogleCredentials(google.credentials, environment);
  const location = google.location ?? environment["GOOGLE_CLOUD_LOCATION"] ?? "global";
  const project = google.project ?? environment["GOOGLE_CLOUD_PROJECT"] ?? credentials.projectId;
  const url = (): string =>
    filled(templateFor(platform, location), {
      location,
      project: needed("google.project", project, "GOOGLE_CLOUD_PROJECT"),
    });
  return { baseUrl: baseUrl ?? url(), credentials: { platform: "google", credentials } };
}

/** Google's locations that are no single region have hosts of another form. */
function templateFor({ regionalUrl, globalUrl, multiRegionUrl }: CloudPlatform, location: string): string {
  const special = location === "global" ? globalUrl : MULTI_REGIONS.has(location) ? multiRegionUrl : undefined;
  return special ?? regionalUrl;
}

const MULTI_REGIONS: ReadonlySet<string> = new Set(["us", "eu"]);

function filled(template: string, values: object): string {
  return template.replace(/\{(\w+)\}/g, (_place, name: string) =>
    encodeURIComponent(String(values[name as keyof typeof values])),
  );
}

function needed(setting: string, value: string | undefined, variable: string): string {
  if (value !== undefined && value !== "") return value;
  throw new ConfigurationError(setting, `${setting} is missing. Set it, or the variable ${variable}.`);
}
