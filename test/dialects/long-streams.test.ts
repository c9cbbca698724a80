import { afterEach, describe, expect, test, vi } from "vitest";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { answerEncoding } from "./answer-encoding.ts";
import type { ClientDialect } from "./dialect.ts";
import { CLIENTS, PAIRS } from "./dialects.ts";
import { written } from "./request-verdicts.ts";
import { readEvents } from "./translate.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Characters of JSON that are written and read meanwhile: what a codec works on, whatever the machine does besides. */
function jsonWork(run: () => void): number {
  const [write, read] = [JSON.stringify, JSON.parse];
  let work = 0;
  vi.spyOn(JSON, "stringify").mockImplementation((...args: Parameters<typeof write>) => {
    const text = write(...args);
    work += text?.length ?? 0;
    return text;
  });
  vi.spyOn(JSON, "parse").mockImplementation((...args: Parameters<typeof read>) => {
    work += args[0].length;
    return read(...args);
  });
  run();
  vi.restoreAllMocks();
  return work;
}

/** An answer of so many pieces: reasoning, text, and two calls that grow side by side. */
function longAnswer(pieces: number): readonly DecodedEvent[] {
  const each = <T>(of: (piece: number) => T): readonly T[] => Array.from({ length: pieces }, (_, piece) => of(piece));
  const input = { list: each(() => "x").join("") };
  const call = { type: "function", name: "run", arguments: JSON.stringify(input), input } as const;
  const [head, body, tail] = ['{"list":"', "x", '"}'];
  const grown = (text: string): readonly DecodedEvent[] =>
    [0, 1].map((index) => ({ type: "tool-call-delta", choice: 0, index, text }) as const);
  const toolCalls = [0, 1].map((index) => ({ id: `call_${index}`, ...call }));
  const [text, reasoning] = [each(() => "word ").join(""), each(() => "thought ").join("")];
  const ended = { text, toolCalls, finishReason: "tool_calls" } as const;
  const choice = { index: 0, ...ended, rawFinishReason: null, reasoning };
  return [
    { type: "start", id: "1", model: "m" },
    ...each(() => ({ type: "reasoning-delta", choice: 0, text: "thought " }) as const),
    ...each(() => ({ type: "text-delta", choice: 0, text: "word " }) as const),
    ...toolCalls.map(
      ({ id, name }, index) => ({ type: "tool-call-start", choice: 0, index, id, name, kind: "function" }) as const,
    ),
    ...[head, ...each(() => body), tail].flatMap(grown),
    ...toolCalls.map((one, index) => ({ type: "tool-call-end", choice: 0, index, call: one }) as const),
    { type: "choice-finish", choice: 0, reason: "tool_calls", rawReason: null },
    { type: "finish", response: { id: "1", model: "m", ...ended, choices: [choice], warnings: [] } },
  ];
}

function encodeOneByOne(client: ClientDialect, events: readonly DecodedEvent[]): void {
  const encoder = client.codec.createStreamEncoder(answerEncoding({ ...written(client), ...client.wants }));
  for (const event of events) encoder.encode([event]);
}

describe("a stream that is eight times as long is about eight times the work", () => {
  test.each(CLIENTS)("to write for $name", (client) => {
    const [short, long] = [longAnswer(200), longAnswer(1600)];
    const once = jsonWork(() => encodeOneByOne(client, short));
    expect(jsonWork(() => encodeOneByOne(client, long)) / once).toBeLessThan(9);
  });

  test.each(PAIRS.filter(({ client }) => client === CLIENTS[0]))("to read from $server.name", ({ server }) => {
    const [short, long] = [200, 1600].map((pieces) => server.streamOf(longAnswer(pieces)));
    const once = jsonWork(() => readEvents(server, short ?? new Uint8Array()));
    expect(jsonWork(() => readEvents(server, long ?? new Uint8Array())) / once).toBeLessThan(9);
  });
});
