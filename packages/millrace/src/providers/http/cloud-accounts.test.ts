import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import { bedrock, vertex, vertexAnthropic } from "../profiles/cloud-platforms.ts";
import type { CloudPlatform, Profile } from "../profiles/profile.ts";
import { normalizeBaseUrl } from "../transport/base-url.ts";
import { cloudAccount } from "./cloud-accounts.ts";

function platformOf({ platform }: Profile): CloudPlatform {
  if (platform === undefined) throw new Error("no platform");
  return platform;
}

const KEYS = { accessKeyId: "AK", secretAccessKey: "s" };

describe("an account at AWS", () => {
  test("is where its region is", () => {
    const account = cloudAccount(platformOf(bedrock), { aws: { ...KEYS, region: "eu-central-1" } }, {});
    expect(account.baseUrl).toBe("https://bedrock-runtime.eu-central-1.amazonaws.com");
    expect(account.credentials).toMatchObject({ platform: "aws", credentials: { region: "eu-central-1" } });
  });

  test("is found in the environment", () => {
    const environment = { AWS_ACCESS_KEY_ID: "AK", AWS_SECRET_ACCESS_KEY: "s", AWS_REGION: "us-east-1" };
    expect(cloudAccount(platformOf(bedrock), {}, environment).baseUrl).toContain("us-east-1");
  });

  test("with a key of Bedrock's own signs nothing", () => {
    const options = { apiKey: "k", aws: { region: "us-east-1" } };
    expect(cloudAccount(platformOf(bedrock), options, {})).toEqual({
      baseUrl: "https://bedrock-runtime.us-east-1.amazonaws.com",
    });
  });

  test.each([
    ["aws.access_key_id", { aws: { region: "us-east-1" } }],
    ["aws.region", { aws: KEYS }],
    ["aws.region", { apiKey: "k" }],
  ])("without %s is none", (setting, options) => {
    expect(() => cloudAccount(platformOf(bedrock), options, {})).toThrow(
      expect.objectContaining({ name: "ConfigurationError", setting }) as ConfigurationError,
    );
  });
});

test("an account at Google without a file of credentials is none", () => {
  expect(() => cloudAccount(platformOf(vertex), {}, {})).toThrow(ConfigurationError);
});

test.each([
  ["global", "https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"],
  ["eu", "https://aiplatform.{location}.rep.googleapis.com/v1/projects/{project}/locations/{location}"],
  ["other", "https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"],
])("Google's address of %s", (kind, url) => {
  const { regionalUrl, globalUrl, multiRegionUrl } = platformOf(vertex);
  expect({ global: globalUrl, eu: multiRegionUrl, other: regionalUrl }[kind]).toBe(url);
  expect(platformOf(vertexAnthropic)).toBe(platformOf(vertex));
  const own = url.replace("{project}", "p").replaceAll("{location}", "eu");
  expect(normalizeBaseUrl(own, vertexAnthropic.versionSegment).href).toBe(own);
});
