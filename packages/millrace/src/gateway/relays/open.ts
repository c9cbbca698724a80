import { providerError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { ForwardBody, ForwardReply } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { AnswerEncoding } from "../../wire/translation/codec.ts";
import type { Candidate, Routed } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import { keepResponse } from "../kept-responses.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { ByteRelay } from "./byte-relay.ts";
import { EventRelay } from "./event-relay.ts";
import type { Relay } from "./relay.ts";
import { Upstream } from "./upstream.ts";
import { WholeRelay } from "./whole-relay.ts";

type EventBody = Extract<ForwardBody, { readonly kind: "event-stream" }>;
type VectorBody = Extract<ForwardBody, { readonly kind: "vectors" }>;

/**
 * The relay between what the upstream gives and what the client asked for.
 *
 * @throws {ProviderError} where there is no way from one to the other
 */
export function openRelay(routed: Routed, candidate: Candidate, { body }: ForwardReply): Relay {
  const { dialect, facts } = routed;
  if (body.kind === "whole") return new WholeRelay(body);
  if (body.kind === "byte-stream" && facts.stream) {
    return new ByteRelay(body.bytes, body.observer, dialect.stream.contentType);
  }
  if (body.kind === "event-stream" && dialect.conversation !== undefined) return eventRelay(routed, candidate, body);
  if (body.kind === "vectors" && dialect.embeddings !== undefined) return vectorRelay(routed, body);
  // Nobody is going to read it.
  if (body.kind === "byte-stream") new Upstream(body.bytes).stop();
  if (body.kind === "event-stream") new Upstream(body.events).stop();
  const wanted = facts.stream ? "a stream" : "one reply";
  throw providerError(
    failureOf(
      "protocol",
      `${targetName(candidate)} answered a ${routed.operation} request for ${wanted} with something else.`,
      {
        details: { given: body.kind },
      },
    ),
  );
}

function eventRelay(routed: Routed, candidate: Candidate, { events }: EventBody): Relay {
  const { dialect, facts, live, principal } = routed;
  const codec = dialect.conversation;
  if (codec === undefined) throw new RangeError("The dialect holds no conversations");
  const options = answerEncoding(routed, candidate);
  const answered = (response: InferenceResponse): void => {
    live.reasoning.remember(principal.name, response);
    keepResponse(routed, options, response);
  };
  if (!facts.stream) return new AnswerRelay(events, (response) => codec.encodeResponse(response, options), answered);
  return new EventRelay(events, codec.createStreamEncoder(options), dialect.stream.contentType, answered);
}

function answerEncoding({ body, facts, id, ports }: Routed, { model }: Candidate): AnswerEncoding {
  return {
    // Of a large request as little is read as anybody asks for.
    get asked(): JsonObject {
      return body.json;
    },
    includeUsage: facts.wantsUsage,
    id,
    model,
    createdSec: Math.floor(ports.clock.wallNow() / 1000),
  };
}

function vectorRelay({ body: asked, dialect }: Routed, { kind: _kind, vectors, ...facts }: VectorBody): Relay {
  if (dialect.embeddings === undefined) throw new RangeError("The dialect asks for no vectors");
  const json = dialect.embeddings.encodeResponse(vectors, facts.usage, asked.json);
  return new WholeRelay({ kind: "whole", bytes: new TextEncoder().encode(JSON.stringify(json)), ...facts });
}
