import { providerError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { ForwardBody, ForwardReply } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { AnswerEncoding, AnswerFold, ClientCodec } from "../../wire/translation/codec.ts";
import type { Candidate, Routed } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import { keepResponse } from "../kept-responses.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { ByteRelay } from "./byte-relay.ts";
import { EventRelay } from "./event-relay.ts";
import { wholeOf } from "../translation.ts";
import type { Answered, Relay } from "./relay.ts";
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
  const answered: Answered = (response, given) => {
    live.reasoning.remember(principal.name, response);
    if (given !== undefined) keepResponse(routed, options, given);
  };
  if (!facts.stream) {
    const fold = codec.createAnswerFold?.(options) ?? new FinishedAnswer(codec, options);
    return new AnswerRelay(events, fold, answered);
  }
  return new EventRelay(events, codec.createStreamEncoder(options), dialect.stream.contentType, answered);
}

/** An answer that is written from what it comes to in the end. */
class FinishedAnswer implements AnswerFold {
  readonly #codec: ClientCodec;
  readonly #options: AnswerEncoding;
  #response: InferenceResponse | undefined;

  constructor(codec: ClientCodec, options: AnswerEncoding) {
    this.#codec = codec;
    this.#options = options;
  }

  add(event: DecodedEvent): void {
    if (event.type === "finish") this.#response = event.response;
  }

  get answer(): JsonObject {
    return this.#response === undefined ? {} : this.#codec.encodeResponse(this.#response, this.#options);
  }
}

function answerEncoding({ body, facts, id, ports }: Routed, { model }: Candidate): AnswerEncoding {
  let asked: JsonObject | undefined;
  return {
    // Read once, and only for a dialect whose answers repeat the request; an outline would repeat what was cut off.
    get asked(): JsonObject {
      asked ??= wholeOf(body);
      return asked;
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
