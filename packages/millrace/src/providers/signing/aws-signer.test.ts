import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import { awsCredentials, createAwsSigner } from "./aws-signer.ts";
import { signature } from "./sigv4.ts";

const NOW = Date.UTC(2015, 7, 30, 12, 36);
const CREDENTIALS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s3cr3t/key", region: "us-east-1" };
const REQUEST = {
  method: "POST",
  url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v1%3A0/converse-stream",
  headers: { "Content-Type": "application/json", "user-agent": "x", accept: "*/*" },
  body: "{}",
};

describe("signing", () => {
  test("method, address, type and body are signed, and no header that may change on the way", async () => {
    const headers = await createAwsSigner(CREDENTIALS).headers(REQUEST, NOW);
    const key = { ...CREDENTIALS, service: "bedrock" };
    const signed = {
      "content-type": "application/json",
      host: "bedrock-runtime.us-east-1.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
    };
    const target = "/model/anthropic.claude-v1%3A0/converse-stream";
    expect(headers).toEqual({
      "x-amz-date": "20150830T123600Z",
      authorization: signature({ method: "POST", target, headers: signed, body: "{}" }, key, "20150830T123600Z"),
    });
    expect(headers["authorization"]).toContain("/20150830/us-east-1/bedrock/aws4_request");
    expect(headers["authorization"]).toContain("SignedHeaders=content-type;host;x-amz-date,");
  });

  test("the signature is the one that botocore makes: what is %3A in the address is encoded once more", async () => {
    const { authorization } = await createAwsSigner(CREDENTIALS).headers(REQUEST, NOW);
    expect(authorization).toMatch(/Signature=0f240ca14c0aedd9f6bd1ee927133da123e379965a6c39676e3e7914f677a3a1$/u);
  });

  test("another body, another moment, another port: another signature", async () => {
    const signer = createAwsSigner(CREDENTIALS);
    const all = await Promise.all([
      signer.headers(REQUEST, NOW),
      signer.headers({ ...REQUEST, body: "{ }" }, NOW),
      signer.headers(REQUEST, NOW + 1000),
      signer.headers({ ...REQUEST, url: "http://127.0.0.1:8080/x" }, NOW),
      signer.headers({ ...REQUEST, url: "http://127.0.0.1:8081/x" }, NOW),
    ]);
    expect(new Set(all.map(({ authorization }) => authorization)).size).toBe(all.length);
  });

  test("the token of a session is sent and signed", async () => {
    const signer = createAwsSigner({ ...CREDENTIALS, sessionToken: "t0ken" });
    const headers = await signer.headers(REQUEST, NOW);
    expect(headers["x-amz-security-token"]).toBe("t0ken");
    expect(headers["authorization"]).toContain("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,");
    expect(signer.secrets).toEqual(["s3cr3t/key", "t0ken"]);
  });

  test("a credential that would break out of its header is refused, and not quoted", () => {
    const create = (): unknown => createAwsSigner({ ...CREDENTIALS, sessionToken: "t0ken\nx: y" });
    expect(create).toThrow(ConfigurationError);
    expect(create).not.toThrow(/t0ken/u);
  });
});

describe("credentials", () => {
  const environment = {
    AWS_ACCESS_KEY_ID: "A",
    AWS_SECRET_ACCESS_KEY: "S",
    AWS_SESSION_TOKEN: "T",
    AWS_REGION: "eu-west-1",
  };

  test("from the environment", () => {
    expect(awsCredentials({}, environment)).toEqual({
      accessKeyId: "A",
      secretAccessKey: "S",
      sessionToken: "T",
      region: "eu-west-1",
    });
    expect(awsCredentials({}, { ...environment, AWS_REGION: "", AWS_DEFAULT_REGION: "us-west-2" }).region).toBe(
      "us-west-2",
    );
  });

  test("a key that is given brings its own session, or none", () => {
    const { region: _elsewhere, ...keys } = CREDENTIALS;
    expect(awsCredentials(keys, environment)).toEqual({ ...keys, region: "eu-west-1" });
  });

  test.each([
    ["https://bedrock-runtime.ap-south-1.amazonaws.com", "ap-south-1"],
    ["https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/x", "us-gov-west-1"],
    ["https://bedrock.us-east-2.amazonaws.com", "us-east-2"],
    ["https://bedrock.internal.example", "internal"],
    ["http://127.0.0.1:8080", "eu-west-1"],
  ])("the region of %s is %s", (baseUrl, region) => {
    expect(awsCredentials({}, environment, baseUrl).region).toBe(region);
  });

  test.each([
    ["access_key_id", "AWS_ACCESS_KEY_ID"],
    ["secret_access_key", "AWS_SECRET_ACCESS_KEY"],
    ["region", "AWS_REGION"],
  ])("without aws.%s it says so", (setting, variable) => {
    expect(() => awsCredentials({}, { ...environment, [variable]: undefined })).toThrow(
      expect.objectContaining({ setting: `aws.${setting}`, message: expect.stringContaining(variable) as string }),
    );
  });
});
