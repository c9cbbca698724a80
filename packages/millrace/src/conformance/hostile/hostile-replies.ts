import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Limits } from "../../model/limits.ts";
import type { UpstreamExchange } from "../scripted-upstream/exchange.ts";
import { event, head, streamHead } from "../scripted-upstream/reply-bytes.ts";
import { chunked } from "./endless.ts";

export type Pieces = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

export const JSON_HEAD: string = head(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
export const MiB: number = 1024 * 1024;

/** A head, then these pieces in the chunked coding for as long as the connection stands. */
export async function reply(exchange: UpstreamExchange, headText: string, pieces: Pieces): Promise<void> {
  await exchange.send(headText);
  await exchange.sendWhileOpen(chunked(pieces));
}

export const stream =
  (pieces: () => Pieces, headers: Readonly<Record<string, string>> = {}) =>
  (exchange: UpstreamExchange): Promise<void> =>
    reply(exchange, streamHead(headers), pieces());

export const document =
  (pieces: () => Pieces, headText: string = JSON_HEAD) =>
  (exchange: UpstreamExchange): Promise<void> =>
    reply(exchange, headText, pieces());

/** A chunk of choice 0, or of the one that `choice` names. */
export function said(delta: JsonObject, choice: JsonObject = {}, more: JsonObject = {}): string {
  const choices = [{ index: 0, delta, finish_reason: null, ...choice }];
  return event({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices, ...more });
}

export function call(index: JsonValue, fields: JsonObject): string {
  return said({ tool_calls: [{ index, type: "function", ...fields }] });
}

export const ANSWER: string = said({ role: "assistant", content: "hello" }) + said({}, { finish_reason: "stop" });
export const BEGUN: string = said({ role: "assistant", content: "hello" });
export const headerLine = (n: number): string => `x-${n}: ${"value".repeat(20)}\r\n`;
export const LONG_TEXT: string = "x".repeat(16 * 1024);
export const BILLION: number = 10 ** 9;

/** A byte relay holds nothing of what passes, so it has no reason to stop earlier. */
export const SHORT: Partial<Limits> = { streamBytes: 16 * MiB };
/** Costs nothing but time, which the long run has. */
export const QUIET: Partial<Limits> = { quietBytes: 4 * MiB, assembledBytes: 4 * MiB };

/** Nested deeper than any recursion goes. */
export const DEEP: string = "[".repeat(MiB) + "]".repeat(MiB);
