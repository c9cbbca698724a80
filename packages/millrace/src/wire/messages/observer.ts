import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOfFinishReason } from "../assembly/finish-reasons.ts";
import { SseFraming } from "../assembly/framings.ts";
import { WatchedStream } from "../assembly/watched-stream.ts";
import type { EventWatch, WatchedStreamOptions } from "../assembly/watched-stream.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { encodeSseEvent } from "../sse/encode.ts";
import { UsageCounts } from "./usage.ts";

/** Watches a stream of this dialect that passes as it is. */
export function createMessagesObserver(options: WatchedStreamOptions): WatchedStream {
  const framing = new SseFraming({ maxEventBytes: options.limits.eventBytes });
  return new WatchedStream(new MessagesWatch(), framing, options);
}

type Handler = (chunk: JsonObject) => Failure | undefined;

/** Blocks that say nothing yet when they begin. */
const QUIET_BLOCKS: ReadonlySet<string | undefined> = new Set(["text", "thinking", undefined]);

class MessagesWatch implements EventWatch {
  readonly #usage = new UsageCounts();
  #content = false;
  #finished = false;
  #ended = false;
  #known: EventWatch["known"] = {};

  get content(): boolean {
    return this.#content;
  }

  get finished(): boolean {
    return this.#finished;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get known(): EventWatch["known"] {
    return this.#known;
  }

  read(chunk: JsonObject, name: string): Failure | undefined {
    const type = stringOf(chunk["type"]) ?? name;
    return Object.hasOwn(this.#handlers, type) ? this.#handlers[type]?.(chunk) : undefined;
  }

  closing(): string {
    return this.#ended ? "" : encodeSseEvent(JSON.stringify({ type: "message_stop" }), "message_stop");
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    message_start: (chunk) => {
      const message = objectOf(chunk["message"]) ?? {};
      const model = stringOf(message["model"]);
      if (model !== undefined) this.#known = { ...this.#known, model };
      return this.#count(message);
    },
    content_block_start: (chunk) => {
      this.#content ||= !QUIET_BLOCKS.has(stringOf(objectOf(chunk["content_block"])?.["type"]));
      return undefined;
    },
    content_block_delta: () => {
      this.#content = true;
      return undefined;
    },
    message_delta: (chunk) => {
      this.#count(chunk);
      const reason = stringOf(objectOf(chunk["delta"])?.["stop_reason"]);
      if (reason === undefined) return undefined;
      const broken = failureOfFinishReason(reason);
      if (broken) return broken;
      this.#content = true;
      this.#finished = true;
      this.#known = { ...this.#known, rawFinishReason: reason };
      return undefined;
    },
    message_stop: () => {
      this.#content = true;
      this.#finished = true;
      this.#ended = true;
      return undefined;
    },
  };

  #count(holder: JsonObject): undefined {
    const usage = this.#usage.add(objectOf(holder["usage"]) ?? {});
    if (usage) this.#known = { ...this.#known, usage };
  }
}
