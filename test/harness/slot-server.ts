import { setTimeout as delay } from "node:timers/promises";
import type { UpstreamExchange } from "../../packages/millrace/src/conformance/scripted-upstream/exchange.ts";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { modelServer } from "./model-server.ts";

const BUSY = { error: { code: 503, message: "Every slot is taken", type: "unavailable_error" } };

/** A model server that serves few at once and refuses the rest. */
export class SlotServer {
  /** Requests that came while every slot was taken. */
  refused = 0;
  /** The most it ever served at once. */
  most = 0;
  readonly #slots: number;
  readonly #takesMs: number | undefined;
  readonly #came: UpstreamExchange[] = [];
  readonly #held: UpstreamExchange[] = [];
  #wake: () => void = () => undefined;
  readonly #upstream: ScriptedUpstream;

  private constructor(upstream: ScriptedUpstream, slots: number, takesMs: number | undefined) {
    this.#upstream = upstream;
    this.#slots = slots;
    this.#takesMs = takesMs;
  }

  /** @param takesMs how long an answer takes; without it, until the test lets it go */
  static async start(slots: number, takesMs?: number): Promise<SlotServer> {
    const upstream = await createScriptedUpstream((exchange, index) =>
      exchange.request.method === "GET" ? modelServer(exchange, index) : server.#serve(exchange),
    );
    const server = new SlotServer(upstream, slots, takesMs);
    return server;
  }

  get url(): string {
    return this.#upstream.url;
  }

  /** How many requests came so far. */
  get asked(): number {
    return this.#came.length;
  }

  /** The prompt of the request at `index`, once it is here. */
  async prompt(index: number): Promise<string> {
    for (;;) {
      const exchange = this.#came[index];
      if (exchange !== undefined) return promptOf(exchange);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Answers the one that it has served longest. */
  async answerOldest(): Promise<void> {
    const [oldest] = this.#held;
    if (oldest !== undefined) await this.#answer(oldest);
  }

  async close(): Promise<void> {
    await this.#upstream.close();
  }

  async #serve(exchange: UpstreamExchange): Promise<void> {
    this.#came.push(exchange);
    this.#wake();
    if (this.#held.length >= this.#slots) {
      this.refused += 1;
      await exchange.json(BUSY, 503);
      return;
    }
    this.#held.push(exchange);
    this.most = Math.max(this.most, this.#held.length);
    if (this.#takesMs !== undefined) await delay(this.#takesMs).then(() => this.#answer(exchange));
  }

  async #answer(exchange: UpstreamExchange): Promise<void> {
    this.#held.splice(this.#held.indexOf(exchange), 1);
    await modelServer(exchange, 0);
  }
}

function promptOf({ request }: UpstreamExchange): string {
  const body = request.json() as { readonly messages: readonly { readonly content: string }[] };
  return body.messages.at(-1)?.content ?? "";
}
