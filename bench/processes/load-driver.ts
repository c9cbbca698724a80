/**
 * Sends one kind of request again and again and times the answers: raw sockets, one request at a time on each
 * connection. It reads a line of JSON for each round from stdin ({@link Round}) and answers with one
 * ({@link RoundResult}).
 */
import { createInterface } from "node:readline";
import { type Percentiles, percentiles } from "../statistics.ts";
import { type Connection, now, openConnection, type Request, requestBytes } from "./connection.ts";
import { countedFrom } from "./counted-from.ts";

/** What to do in a round. */
export interface Round extends Request {
  readonly connections: number;
  readonly ms: number;
  /** Requests per second over all connections; 0 sends the next as soon as one is answered. */
  readonly rate: number;
  /** Over how long the connections begin, one after the other; at a fixed rate they always do. */
  readonly spreadMs: number;
  /** After so many requests no more are sent; 0 is no limit. */
  readonly answers: number;
  /** Whether to time what lies between the reads of an answer. */
  readonly gaps: boolean;
}

/** What came of it. Times in microseconds. */
export interface RoundResult {
  readonly answers: number;
  /** Connections and answers that failed, and requests that were due and could not be sent while the round went on twice as long. */
  readonly failures: number;
  readonly bytes: number;
  /** Until the last answer was there. */
  readonly elapsed: number;
  /** From the moment a request was due until its last byte. */
  readonly latency: Percentiles;
  /** Until its first byte. */
  readonly firstByte: Percentiles;
  /** Between two reads of an answer. */
  readonly gap: Percentiles;
}

/** One round under way. */
class Load {
  readonly #round: Round;
  readonly #start = now();
  readonly #latencies: number[] = [];
  readonly #firstBytes: number[] = [];
  #asked = 0;
  #failures = 0;

  constructor(round: Round) {
    this.#round = round;
  }

  async run(connections: readonly Connection[], gaps: readonly number[]): Promise<RoundResult> {
    await Promise.all(
      connections.map((connection, index) =>
        this.#round.rate === 0 ? this.#keepAsking(connection, index) : this.#askWhenDue(connection, index),
      ),
    );
    return {
      answers: this.#latencies.length,
      failures: this.#failures,
      bytes: connections.reduce((sum, { bytes }) => sum + bytes, 0),
      elapsed: now() - this.#start,
      latency: percentiles(this.#latencies),
      firstByte: percentiles(this.#firstBytes),
      gap: percentiles(gaps),
    };
  }

  async #keepAsking(connection: Connection, index: number): Promise<void> {
    const { ms, spreadMs, connections } = this.#round;
    await until(this.#start + (spreadMs * 1000 * index) / connections);
    while (now() < this.#start + ms * 1000 && this.#mayAsk()) {
      if (!(await this.#ask(connection, now()))) return;
    }
  }

  /** Due times are fixed beforehand, so that an answer that comes late makes the next ones late too. */
  async #askWhenDue(connection: Connection, index: number): Promise<void> {
    const { ms, rate, connections } = this.#round;
    const gap = (1_000_000 * connections) / rate;
    const end = this.#start + ms * 1000;
    let freeAt = this.#start;
    for (let due = this.#start + (gap * index) / connections; due < end; due += gap) {
      await until(due);
      const sentAt = now();
      if (sentAt > end + ms * 1000) {
        this.#failures += Math.ceil((end - due) / gap);
        return;
      }
      if (!this.#mayAsk() || !(await this.#ask(connection, countedFrom({ due, freeAt, sentAt })))) return;
      freeAt = now();
    }
  }

  #mayAsk(): boolean {
    this.#asked += 1;
    return this.#round.answers === 0 || this.#asked <= this.#round.answers;
  }

  async #ask(connection: Connection, since: number): Promise<boolean> {
    const ok = await connection.ask();
    if (ok) {
      this.#latencies.push(now() - since);
      this.#firstBytes.push(connection.firstByteAt - since);
    } else {
      this.#failures += 1;
    }
    return ok;
  }
}

async function run(round: Round): Promise<RoundResult> {
  const request = requestBytes(round);
  const gaps: number[] = [];
  const opened = await Promise.allSettled(
    Array.from({ length: round.connections }, () => openConnection(round.port, request, round.gaps ? gaps : undefined)),
  );
  const connections = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const result = await new Load(round).run(connections, gaps);
  for (const connection of connections) connection.close();
  return { ...result, failures: result.failures + opened.length - connections.length };
}

async function until(due: number): Promise<void> {
  const waitMs = (due - now()) / 1000;
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as Round))}\n`);
}
