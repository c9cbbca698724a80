import { describe, expect, test } from "vitest";
import { classify } from "./classify.ts";

/** A reply of Bedrock: its body has a message, its header the name of the error. */
function classified(status: number, type: string, message: string): ReturnType<typeof classify> {
  const headers = { "x-amzn-errortype": type, "content-type": "application/json" };
  return classify({ status, headers, body: JSON.stringify({ message }), wallNowMs: 0 });
}

describe("Bedrock names its errors in a header", () => {
  test.each([
    ["ThrottlingException", 429, "Too many tokens, please wait before trying again.", "rate_limit", 429],
    ["ModelNotReadyException", 429, "The model is not ready for inference.", "loading", 503],
    ["ModelTimeoutException", 408, "Model has timed out in processing the request.", "timeout", 408],
    ["ServiceUnavailableException", 503, "Bedrock is unable to process your request.", "overloaded", 503],
    [
      "AccessDeniedException",
      403,
      "You don't have access to the model with the specified model ID.",
      "permission",
      403,
    ],
    ["UnrecognizedClientException", 403, "The security token included in the request is invalid.", "auth", 403],
    ["InvalidSignatureException", 403, "The request signature we calculated does not match.", "auth", 403],
    ["ExpiredTokenException", 403, "The security token included in the request is expired", "auth", 403],
    [
      "ResourceNotFoundException",
      404,
      "Could not resolve the foundation model from the model identifier.",
      "model_not_found",
      404,
    ],
    ["ServiceQuotaExceededException", 400, "Your request exceeds the service quota for your account.", "quota", 402],
    ["ValidationException", 400, "Input is too long for requested model.", "context_overflow", 400],
    [
      "ValidationException",
      400,
      "Too many input tokens. Max input tokens: 8192, request input token count: 9000",
      "context_overflow",
      400,
    ],
    [
      "ValidationException",
      400,
      "Input Tokens Exceeded: Number of input tokens exceeds maximum length.",
      "context_overflow",
      400,
    ],
    ["ValidationException", 400, "The provided model identifier is invalid.", "model_not_found", 404],
    [
      "ValidationException",
      400,
      "Invocation of model ID a.b with on-demand throughput isn’t supported.",
      "model_not_found",
      404,
    ],
    ["ValidationException", 400, "The toolConfig field must be defined when using toolUse blocks.", "bad_request", 400],
    ["ModelErrorException", 424, "The request failed due to an error while processing the model.", "server", 502],
    ["InternalServerException", 500, "The server encountered an internal error.", "server", 500],
  ])("%s (%i, %s) is %s", (type, status, message, kind, seen) => {
    expect(classified(status, type, message)).toMatchObject({
      kind,
      status: seen,
      upstream: { type, message, status },
    });
  });

  test("where it is defined stands behind a colon and says nothing", () => {
    const type = "ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/";
    expect(classified(400, type, "slow")).toMatchObject({
      kind: "rate_limit",
      upstream: { type: "ThrottlingException" },
    });
  });

  test("a name in the body counts before it, without its namespace", () => {
    const body = '{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}';
    const headers = { "x-amzn-errortype": "ThrottlingException" };
    expect(classify({ status: 400, headers, body, wallNowMs: 0 }).kind).toBe("permission");
  });
});
