import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { answerEncoding } from "./answer-encoding.ts";
import { brokenAnswer, inBatches, someAnswer } from "./any-answer.ts";
import type { ClientDialect } from "./dialect.ts";
import { CLIENTS, PAIRS } from "./dialects.ts";
import { written } from "./request-verdicts.ts";
import { readEvents, responseOf } from "./translate.ts";

const someSizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });

describe.each(PAIRS)("an answer from $server.name to $client.name", ({ client, server }) => {
  test("keeps its texts, its calls in order, and why it ended", () => {
    fc.assert(
      fc.property(someAnswer, someSizes, (events, sizes) => {
        const told = readEvents(server, server.streamOf(events));
        expect(said(told)).toEqual(said(events));
        expect(said(heard(client, told, sizes))).toEqual(said(events));
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(CLIENTS)("a stream for $name", (client) => {
  test("says the same whatever the batches of events are", () => {
    fc.assert(
      fc.property(fc.oneof(someAnswer, brokenAnswer), someSizes, (events, sizes) => {
        expect(said(heard(client, events, sizes))).toEqual(said(heard(client, events, [1])));
        expect(said(heard(client, events, [events.length]))).toEqual(said(heard(client, events, [1])));
      }),
      { numRuns: 60 },
    );
  });

  test("ends with one terminal sign, also when a failure breaks it off, and nothing follows", () => {
    fc.assert(
      fc.property(fc.oneof(someAnswer, brokenAnswer), someSizes, (events, sizes) => {
        const text = streamFor(client, [...events, ...events], sizes);
        expect(text.match(client.terminal)).toHaveLength(1);
        const after = text.slice(text.search(client.terminal));
        expect(after.trim().split("\n\n")).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  test("breaks off with the failure, and with what had arrived", () => {
    fc.assert(
      fc.property(brokenAnswer, someSizes, (events, sizes) => {
        const broken = heard(client, events, sizes);
        expect(broken.at(-1)?.type).toBe("failure");
        expect(responseOf(broken)?.text ?? "").toBe(textIn(events));
      }),
      { numRuns: 60 },
    );
  });
});

function streamFor(client: ClientDialect, events: readonly DecodedEvent[], sizes: readonly number[]): string {
  const encoder = client.codec.createStreamEncoder(answerEncoding(askedBy(client)));
  return inBatches(events, sizes)
    .map((batch) => encoder.encode(batch))
    .join("");
}

function heard(
  client: ClientDialect,
  events: readonly DecodedEvent[],
  sizes: readonly number[],
): readonly DecodedEvent[] {
  const bytes = new TextEncoder().encode(streamFor(client, events, sizes));
  return readEvents({ codec: client.writer, model: client.asks }, bytes);
}

function askedBy(client: ClientDialect): JsonObject {
  return { ...written(client), ...client.wants };
}

function textIn(events: readonly DecodedEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

function said(events: readonly DecodedEvent[]): JsonObject {
  const response = responseOf(events);
  return {
    ending: events.at(-1)?.type,
    text: response?.text,
    reasoning: response?.choices[0]?.reasoning,
    calls: response?.toolCalls.map(({ name, input }) => ({ name, input })),
    finish: response?.finishReason,
  };
}
