import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { decodeCountTokens, encodeCountTokens } from "../../wire/generate-content/count-tokens.ts";
import { checkCountTokens, encodeTokenCount } from "../../wire/messages/count-tokens.ts";
import { messagesClient } from "../../wire/messages/codec.ts";
import { responsesClient } from "../../wire/responses/codec.ts";
import type { DecodedRequest } from "../../wire/translation/codec.ts";
import { estimateTokens } from "../../wire/translation/estimate-tokens.ts";
import { identify } from "../credentials.ts";
import { continuedBody } from "../kept-responses.ts";
import type { CountingDialect } from "../route.ts";
import { RefusalError } from "../refusal.ts";
import { wholeOf } from "../translation.ts";
import { askedBody } from "./asked-body.ts";
import type { Query } from "./query.ts";

interface Counting {
  readonly decode: (json: JsonObject) => DecodedRequest | Failure;
  readonly encode: (tokens: number) => JsonObject;
}

const COUNTING: Readonly<Record<CountingDialect, Counting>> = {
  messages: {
    decode: (json) => checkCountTokens(json) ?? messagesClient.decodeRequest(json),
    encode: encodeTokenCount,
  },
  responses: {
    decode: (json) => responsesClient.decodeRequest(json),
    encode: (tokens) => ({ object: "response.input_tokens", input_tokens: tokens }),
  },
  "generate-content": { decode: decodeCountTokens, encode: encodeCountTokens },
};

/**
 * How many tokens a request has, about: nobody is asked, so the answer is there at once, whatever state the model's
 * server is in.
 *
 * @throws {RefusalError} where the caller may not ask, or the body cannot be read
 */
export async function countTokens(query: Query, dialect: CountingDialect): Promise<JsonObject> {
  const principal = identify(query.request, query.plan.keys);
  const { decode, encode } = COUNTING[dialect];
  const asked = await askedBody(query);
  const body =
    dialect === "responses" ? continuedBody({ operation: dialect, ports: query.ports, principal }, asked) : asked;
  const decoded = decode(wholeOf(body));
  if ("kind" in decoded) throw new RefusalError(decoded);
  return encode(estimateTokens(decoded.request));
}
