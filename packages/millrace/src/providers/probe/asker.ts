import type { Clock } from "../../model/clock.ts";
import { ProviderError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { UsageReader } from "../../wire/assembly/usage.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { isObject, objectOf } from "../../wire/json/read.ts";
import type { Timeouts } from "../provider.ts";
import { redact } from "../transport/headers.ts";
import type { Transport, TransportReply } from "../transport/transport.ts";
import type { Spending } from "./finding.ts";
import type { Question, Reply } from "./question.ts";
import type { ServerAddress } from "./server-address.ts";
import { ContentCounter, traceStream } from "./stream-trace.ts";

export interface AskerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly address: ServerAddress;
  /** The headers that carry the key; empty without one. */
  readonly credential: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly signal?: AbortSignal;
}

/** A list of models may be long; an answer of a few tokens is not. */
const REPLY_BYTES_MAX = 2 * 1024 * 1024;
/** A model may be loaded before it answers; a look-up may not take long. */
const ANSWER_MS_MAX = 120_000;
const LOOK_UP_MS_MAX = 10_000;
const CONNECT_MS_MAX = 5000;
/** How long and how often to ask again. */
const UNTIL_MS_MAX = 2000;
const BETWEEN_LOOKS_MS = 25;

/** Sends questions, each bounded in time and bytes, and keeps account of what they cost. */
export class Asker {
  readonly #options: AskerOptions;
  #requests = 0;
  #promptTokens = 0;
  #completionTokens = 0;
  #untold = 0;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  get spending(): Spending {
    return {
      requests: this.#requests,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      untold: this.#untold,
    };
  }

  async ask(question: Question): Promise<Reply> {
    const { clock, signal } = this.#options;
    const endMs = clock.now() + UNTIL_MS_MAX;
    for (;;) {
      const reply = await this.#askOnce(question);
      if (question.until === undefined || question.until(reply) || clock.now() >= endMs) return reply;
      await new Promise<void>((resolve) => void clock.setTimer(BETWEEN_LOOKS_MS, resolve));
      signal?.throwIfAborted();
    }
  }

  async #askOnce(question: Question): Promise<Reply> {
    const { clock, signal } = this.#options;
    signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal?.addEventListener("abort", abort);
    const limitMs = question.method === "POST" ? ANSWER_MS_MAX : LOOK_UP_MS_MAX;
    // Against a server that sends a byte now and then and never comes to an end.
    const timer = clock.setTimer(limitMs, abort);
    this.#requests += 1;
    try {
      const reply = await this.#exchange(question, limitMs, stop.signal);
      signal?.throwIfAborted();
      this.#count(reply);
      return reply;
    } finally {
      timer.cancel();
      signal?.removeEventListener("abort", abort);
    }
  }

  async #exchange(question: Question, limitMs: number, signal: AbortSignal): Promise<Reply> {
    const { transport, clock, address } = this.#options;
    const startedMs = clock.now();
    const reading: Reading = { text: "", left: false, contentMs: undefined };
    let reply: TransportReply | undefined;
    let failure: Failure | undefined;
    try {
      reply = await transport.send({
        method: question.method,
        url: address.url(question.from, question.path),
        headers: this.#headers(question),
        ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
        signal,
        timeouts: timeouts(limitMs),
      });
      await read(reply, question, reading, () => clock.now() - startedMs);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      failure = signal.aborted ? failureOf("timeout", tooSlow(address, limitMs)) : error.failure;
    }
    const text = redact(reading.text, this.#options.secrets);
    const parsed = parseJson(text);
    return {
      question,
      status: reply?.status,
      headers: reply?.headers ?? {},
      text,
      json: parsed.ok ? parsed.value : undefined,
      left: reading.left,
      failure,
      elapsedMs: clock.now() - startedMs,
      contentMs: reading.contentMs,
    };
  }

  #headers({ body, anonymous = false }: Question): Readonly<Record<string, string>> {
    return {
      accept: "application/json, text/event-stream, text/plain",
      "accept-encoding": "identity",
      "user-agent": "millrace",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(anonymous ? {} : this.#options.credential),
    };
  }

  /** Only a reply that says success has made anything. */
  #count({ question, status = 0, text, json, left }: Reply): void {
    const generates = question.body?.["messages"] !== undefined || question.body?.["input"] !== undefined;
    if (!generates || status < 200 || status >= 300) return;
    const reader = new UsageReader({});
    const replies = json === undefined ? traceStream(text).chunks : [objectOf(json) ?? {}];
    for (const reply of replies) if (isObject(reply)) reader.read(reply);
    const { usage } = reader;
    this.#promptTokens += usage?.promptTokens ?? 0;
    this.#completionTokens += usage?.completionTokens ?? 0;
    if (usage === undefined || left) this.#untold += 1;
  }
}

interface Reading {
  text: string;
  left: boolean;
  contentMs: number | undefined;
}

async function read(
  { body }: TransportReply,
  { leaveAfter = Number.POSITIVE_INFINITY }: Question,
  reading: Reading,
  elapsed: () => number,
): Promise<void> {
  const decoder = new TextDecoder();
  const counter = new ContentCounter();
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    reading.text += decoder.decode(chunk, { stream: true });
    const contents = counter.push(chunk);
    if (contents > 0) {
      reading.contentMs ??= elapsed();
      body.contentSeen();
    }
    reading.left = bytes > REPLY_BYTES_MAX || contents >= leaveAfter;
    if (reading.left) return;
  }
}

function tooSlow({ hostname }: ServerAddress, limitMs: number): string {
  return `${hostname} did not come to the end of a reply within ${limitMs / 1000} s.`;
}

function timeouts(limitMs: number): Timeouts {
  return { connect: CONNECT_MS_MAX, firstByte: limitMs, firstContent: limitMs, idle: limitMs };
}
