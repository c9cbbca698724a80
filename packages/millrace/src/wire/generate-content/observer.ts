import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { SseFraming } from "../assembly/framings.ts";
import { WatchedStream } from "../assembly/watched-stream.ts";
import type { EventWatch, FramedEvent, Framing, WatchedStreamOptions } from "../assembly/watched-stream.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import { StreamTail } from "./stream-tail.ts";
import type { WireReply } from "./types.ts";
import { readUsage } from "./usage.ts";

/** Watches a stream of the dialect that passes through unchanged. */
export function createObserver(options: WatchedStreamOptions): WatchedStream {
  return new WatchedStream(new ReplyWatch(), new TailedFraming(options.limits.eventBytes), options);
}

/** Takes note of the replies that pass. The dialect has no terminal event: a stream is whole when all candidates ended. */
export class ReplyWatch implements EventWatch {
  readonly ended = false;
  readonly #open = new Set<number>();
  readonly #done = new Set<number>();
  #content = false;
  #blocked = false;
  #known: { model?: string; rawFinishReason?: string } = {};
  #usage: JsonObject | undefined;

  get content(): boolean {
    return this.#content;
  }

  get finished(): boolean {
    return this.#blocked || (this.#done.size > 0 && this.#open.size === 0);
  }

  get known(): EventWatch["known"] {
    const usage = readUsage(this.#usage);
    return { ...this.#known, ...(usage && { usage }) };
  }

  read(reply: WireReply): Failure | undefined {
    const model = stringOf(reply.modelVersion);
    if (model !== undefined) this.#known.model ??= model;
    this.#usage = objectOf(reply.usageMetadata) ?? this.#usage;
    for (const [position, candidate] of arrayOf(reply.candidates).entries()) {
      if (isObject(candidate)) this.#candidate(candidate, numberOf(candidate["index"]) ?? position);
    }
    const blocked = stringOf(objectOf(reply.promptFeedback)?.["blockReason"]);
    if (blocked !== undefined) this.#end(blocked);
    return undefined;
  }

  closing(): string {
    return "";
  }

  #candidate(candidate: JsonObject, index: number): void {
    const parts = arrayOf(objectOf(candidate["content"])?.["parts"]);
    if (parts.some((part) => isObject(part) && part["text"] !== "")) this.#content = true;
    if (!this.#done.has(index)) this.#open.add(index);
    const raw = stringOf(candidate["finishReason"]) ?? "";
    if (raw === "") return;
    this.#open.delete(index);
    this.#done.add(index);
    this.#content = true;
    if (index === 0) this.#known.rawFinishReason ??= raw;
  }

  /** The prompt was not answered, and that is the answer. */
  #end(blocked: string): void {
    this.#blocked = true;
    this.#content = true;
    this.#known.rawFinishReason ??= blocked;
  }
}

/** Events without comments, and behind them the error that the service leaves outside of any. */
class TailedFraming implements Framing {
  readonly #events: SseFraming;
  readonly #tail = new StreamTail();

  constructor(maxEventBytes: number) {
    this.#events = new SseFraming({ maxEventBytes });
  }

  push(bytes: Uint8Array): readonly FramedEvent[] {
    this.#tail.push(bytes);
    // Google's SDKs cannot read what follows a comment.
    return this.#events.push(bytes).filter(({ data }) => data !== undefined);
  }

  end(): readonly FramedEvent[] {
    const tail = this.#tail.end();
    if (tail === undefined) return this.#events.end();
    return [{ bytes: new Uint8Array(0), data: JSON.stringify(tail), name: "error" }];
  }
}
