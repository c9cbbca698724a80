import { describe, expect, test } from "vitest";
import type { InferenceResponse } from "../../packages/millrace/src/model/response.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { messagesClient } from "../../packages/millrace/src/wire/messages/codec.ts";
import { decodeAll } from "../../packages/millrace/src/wire/messages/testing/decode.ts";
import { recordedStream } from "../../packages/millrace/src/wire/messages/testing/recordings.ts";
import { responsesClient } from "../../packages/millrace/src/wire/responses/codec.ts";
import { captured } from "../../packages/millrace/src/wire/responses/testing/recordings.ts";
import { decode } from "../../packages/millrace/src/wire/responses/testing/wire.ts";
import type { ClientCodec } from "../../packages/millrace/src/wire/translation/codec.ts";
import { answerEncoding } from "./answer-encoding.ts";

/** A dialect whose streams are read and written anew for clients that speak it themselves. */
interface Mended {
  readonly client: ClientCodec;
  readonly read: (body: string) => readonly DecodedEvent[];
  readonly recordings: Readonly<Record<string, string>>;
  /** Event by event, without what a client cannot do without. */
  readonly flawed: (body: string) => string;
  /** What a client waits for. */
  readonly last: string;
}

const withoutFields = (body: string, fields: RegExp): string => body.replaceAll(fields, "");
const withoutEventLines = (body: string): string => withoutFields(body, /^event: .*\n/gmu);
const of = (files: readonly string[], text: (file: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map((file) => [file, text(file)]));

const MENDED: Readonly<Record<string, Mended>> = {
  messages: {
    client: messagesClient,
    read: decodeAll,
    recordings: of(
      ["text.jsonl", "thinking.jsonl", "tool-call.jsonl", "server-tools.jsonl", "llama-server.txt"],
      recordedStream,
    ),
    flawed: (body) =>
      withoutFields(withoutEventLines(body), /"usage":\{(?:[^{}]|\{[^{}]*\})*\},?/gu).replaceAll(",}", "}"),
    last: "message_stop",
  },
  responses: {
    client: responsesClient,
    read: (body) => decode(body).events,
    recordings: of(
      [
        "openai-custom-tool.jsonl",
        "openai-encrypted-reasoning.jsonl",
        "openai-tool-search.jsonl",
        "openai-two-messages.jsonl",
      ],
      captured,
    ),
    flawed: (body) =>
      withoutEventLines(body)
        .split("\n\n")
        .filter((event) => /response\.(?:created|output_item\.done|completed)"/u.test(event.slice(0, 80)))
        .map((event) => `${event}\n\n`)
        .join(""),
    last: "response.completed",
  },
};

function mend({ client, read }: Mended, body: string): string {
  const encoder = client.createStreamEncoder(answerEncoding({}));
  return read(body)
    .map((event) => encoder.encode([event]))
    .join("");
}

function said({ read }: Mended, body: string): object {
  const last = read(body).at(-1);
  if (last?.type !== "finish") throw new Error(`The stream ended in ${last?.type ?? "nothing"}`);
  const { text, toolCalls, finishReason, choices }: InferenceResponse = last.response;
  const calls = toolCalls.map(({ id, type, name, arguments: args }) => ({ id, type, name, args }));
  return { text, calls, finishReason, reasoning: choices[0]?.reasoning };
}

describe.each(Object.entries(MENDED))("a mended stream of %s", (_name, mended) => {
  test.each(Object.entries(mended.recordings))("says what %s says", (_file, body) => {
    expect(said(mended, mend(mended, body))).toEqual(said(mended, body));
  });

  test.each(Object.entries(mended.recordings))("has all that a client waits for, where %s has not", (_file, body) => {
    const flawed = mended.flawed(body);
    expect(flawed).not.toMatch(/^event: /mu);
    expect(flawed.length).toBeLessThan(withoutEventLines(body).length);
    const text = mend(mended, flawed);
    expect(said(mended, text)).toEqual(said(mended, body));
    expect(text).toContain(`event: ${mended.last}\n`);
    expect(text).toMatch(/"usage":\{"input_tokens":\d+/u);
    expect(text).toMatch(/"output_tokens":\d+/u);
  });
});
