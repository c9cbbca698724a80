import type { Clock } from "../../model/clock.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent, StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { afterContent } from "./after-content.ts";
import type { Seen } from "./relay.ts";
import { Upstream } from "./upstream.ts";

/** Events that are the answer itself; the others may come without one, as at an upstream that waits. */
const CONTENT: ReadonlySet<StreamEvent["type"]> = new Set([
  "text-delta",
  "reasoning-delta",
  "reasoning-detail",
  "refusal-delta",
  "audio-delta",
  "tool-call-start",
  "tool-call-delta",
  "tool-call-end",
  "choice-finish",
  "finish",
]);
const ENDS: ReadonlySet<StreamEvent["type"]> = new Set(["choice-finish", "finish"]);

/** Reads decoded batches; a failure event is thrown, and only after the events before it were given. */
export class EventReader {
  readonly #upstream: Upstream<readonly DecodedEvent[]>;
  #failure: Failure | undefined;
  #content = false;
  /** There was content other than an end. */
  #said = false;
  #response: InferenceResponse | undefined;
  #usage: TokenUsage | undefined;
  #model: string | undefined;
  #rawFinishReason: string | null | undefined;

  constructor(events: AsyncIterable<readonly DecodedEvent[]>) {
    this.#upstream = new Upstream(events);
  }

  get content(): boolean {
    return this.#content;
  }

  /** The whole answer; present as soon as it is complete. */
  get response(): InferenceResponse | undefined {
    return this.#response;
  }

  /** The answer is complete, and nothing was in it. */
  get isEmpty(): boolean {
    return this.#response !== undefined && !this.#said && (this.#rawFinishReason ?? null) === null;
  }

  get seen(): Seen {
    return {
      ...(this.#usage !== undefined && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#rawFinishReason !== undefined && { rawFinishReason: this.#rawFinishReason }),
    };
  }

  /** @throws {ProviderError} */
  async read(): Promise<readonly StreamEvent[]> {
    if (this.#failure !== undefined) throw providerError(this.#failure);
    const events: StreamEvent[] = [];
    for (const event of await this.#batch()) {
      if (event.type === "failure") {
        this.#failure = this.#marked(event.failure);
        if (events.length === 0 || !this.#content) throw providerError(this.#failure);
        return events;
      }
      this.#note(event);
      events.push(event);
    }
    return events;
  }

  async release(clock: Clock): Promise<void> {
    await this.#upstream.drain(clock);
  }

  stop(): void {
    this.#upstream.stop();
  }

  async #batch(): Promise<readonly DecodedEvent[]> {
    let batch: readonly DecodedEvent[] | undefined;
    try {
      batch = await this.#upstream.read();
    } catch (error) {
      if (!(error instanceof ProviderError) || !this.#content) throw error;
      throw providerError(this.#marked(error.failure), { cause: error });
    }
    if (batch !== undefined) return batch;
    throw providerError(
      this.#marked(failureOf("truncated", "The model server's stream ended before the answer was complete.")),
    );
  }

  #marked(failure: Failure): Failure {
    return this.#content ? afterContent(failure) : failure;
  }

  #note(event: StreamEvent): void {
    if (CONTENT.has(event.type)) this.#content = true;
    if (this.#content && !this.#said && !ENDS.has(event.type)) this.#said = CONTENT.has(event.type);
    if (event.type === "start") this.#model = event.model;
    else if (event.type === "usage") this.#usage = event.usage;
    else if (event.type === "choice-finish") this.#rawFinishReason ??= event.rawReason;
    else if (event.type === "finish") {
      this.#response = event.response;
      this.#usage ??= event.response.usage;
    }
  }
}
