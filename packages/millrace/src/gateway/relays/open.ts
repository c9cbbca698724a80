import { providerError } from "../../model/errors.ts";
import type { ForwardReply } from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { Candidate, Routed } from "../exchange.ts";
import { targetName } from "../exchange.ts";
import { AnswerRelay } from "./answer-relay.ts";
import { ByteRelay } from "./byte-relay.ts";
import { EventRelay } from "./event-relay.ts";
import type { Relay } from "./relay.ts";
import { Upstream } from "./upstream.ts";
import { WholeRelay } from "./whole-relay.ts";

/**
 * The relay between what the upstream gives and what the client asked for.
 *
 * @throws {ProviderError} where there is no way from one to the other
 */
export function openRelay(routed: Routed, candidate: Candidate, reply: ForwardReply): Relay {
  const { dialect, facts, id, ports } = routed;
  const { body } = reply;
  if (body.kind === "whole") return new WholeRelay(body);
  if (body.kind === "byte-stream" && facts.stream) return new ByteRelay(body.bytes, body.observer);
  if (body.kind === "event-stream" && dialect.translation !== undefined) {
    const { createStreamEncoder, encodeResponse } = dialect.translation;
    if (!facts.stream) return new AnswerRelay(body.events, encodeResponse);
    return new EventRelay(
      body.events,
      createStreamEncoder({
        includeUsage: facts.wantsUsage,
        id,
        model: candidate.model,
        createdSec: Math.floor(ports.clock.wallNow() / 1000),
      }),
    );
  }
  // Nobody is going to read it.
  if (body.kind === "byte-stream") new Upstream(body.bytes).stop();
  else new Upstream(body.events).stop();
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
