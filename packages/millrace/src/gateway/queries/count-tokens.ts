import { ProviderError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { RequestBody, Timeouts } from "../../providers/provider.ts";
import { decodeCountTokens, encodeCountTokens } from "../../wire/generate-content/count-tokens.ts";
import { checkCountTokens, encodeTokenCount } from "../../wire/messages/count-tokens.ts";
import { messagesClient } from "../../wire/messages/codec.ts";
import { responsesClient } from "../../wire/responses/codec.ts";
import { encodeInputTokens } from "../../wire/responses/count-tokens.ts";
import type { DecodedRequest } from "../../wire/translation/codec.ts";
import { estimateTokens } from "../../wire/translation/estimate-tokens.ts";
import { VIA_HEADER } from "../../wire/via/marks.ts";
import { identify } from "../credentials.ts";
import { continuedBody } from "../kept-responses.ts";
import { marksOf } from "../loop.ts";
import { OWN_FIELD } from "../own-field.ts";
import type { Principal } from "../ports.ts";
import type { CountingDialect } from "../route.ts";
import { readable } from "../readable.ts";
import { wholeOf } from "../translation.ts";
import { askedBody } from "./asked-body.ts";
import { lookUpRoute } from "./looked-up-route.ts";
import type { Query, QueryReply } from "./query.ts";

/** Says whether the model's server counted, or the number is our estimate. */
const COUNT_HEADER = "x-millrace-token-count";

/** How long the server is waited for: who counts wants to know before asking, and an estimate is there at once. */
const PATIENCE: Partial<Timeouts> = { connect: 2000, firstByte: 5000, idle: 2000 };

interface Counting {
  readonly decode: (json: JsonObject) => DecodedRequest | Failure;
  readonly encode: (tokens: number) => JsonObject;
}

const COUNTING: Readonly<Record<CountingDialect, Counting>> = {
  messages: {
    decode: (json) => checkCountTokens(json) ?? messagesClient.decodeRequest(json),
    encode: encodeTokenCount,
  },
  responses: { decode: (json) => responsesClient.decodeRequest(json), encode: encodeInputTokens },
  "generate-content": { decode: decodeCountTokens, encode: encodeCountTokens },
};

/** What is to be counted: the dialect, and the model where it stands in the path. */
export interface CountQuestion {
  readonly dialect: CountingDialect;
  readonly model?: string;
}

/**
 * How many tokens a request has: what its model's server counts, where that is a service that counts, else about. Whether
 * the server answers or not, a number is there.
 *
 * @throws {RefusalError} where the caller may not ask, or the body cannot be read
 */
export async function countTokens(query: Query, question: CountQuestion): Promise<QueryReply> {
  const { dialect } = question;
  const principal = identify(query.request, query.plan.keys);
  const { decode, encode } = COUNTING[dialect];
  const body = continuedBody({ operation: dialect, ports: query.ports, principal }, await askedBody(query));
  const { [OWN_FIELD]: _own, ...json } = wholeOf(body);
  const decoded = readable(() => decode(json));
  const counted = await countedByServer(query, question, { principal, body, request: decoded.request });
  return {
    status: 200,
    headers: { [COUNT_HEADER]: counted === undefined ? "estimated" : "counted" },
    body: encode(counted ?? estimateTokens(decoded.request)),
  };
}

interface Asked {
  readonly principal: Principal;
  readonly body: RequestBody;
  readonly request: InferenceRequest;
}

async function countedByServer(
  query: Query,
  { dialect, model }: CountQuestion,
  { principal, body, request }: Asked,
): Promise<number | undefined> {
  // To write a large body anew takes longer than the number is worth.
  if (body.large !== undefined) return undefined;
  const named = model === undefined ? undefined : { model, stream: false };
  const supposed = { principal, operation: dialect, named, outline: body.outline };
  const [target] = (await lookUpRoute(query, supposed)).decision.candidates;
  if (target === undefined) return undefined;
  const via = marksOf(query.request.headers[VIA_HEADER]);
  const options = { signal: query.request.signal, timeouts: PATIENCE, ...(via !== undefined && { via }) };
  try {
    return await target.provider.countTokens({ operation: dialect, model: target.model, request }, options);
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}
