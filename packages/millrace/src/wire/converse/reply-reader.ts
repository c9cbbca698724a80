import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { AnswerAssembly } from "../assembly/answer-assembly.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import type { ReplyReader } from "../assembly/reply-stream.ts";
import { numberOf, objectOf } from "../json/read.ts";
import { ContentReader } from "./content-reader.ts";
import { endOf } from "./finish.ts";
import type { ModelFamily } from "./rules.ts";
import type { ConverseEventName } from "./types.ts";
import { readWhole, replyFields, usageOf } from "./response.ts";

type EventReader = (event: JsonObject) => void;

/** Reads a reply of `converse` or `converse-stream`. */
export class ConverseReplyReader implements ReplyReader {
  readonly #answer: AnswerAssembly;
  readonly #content: ContentReader;
  #stopped = false;
  #counted = false;

  readonly #events: Readonly<Record<ConverseEventName, EventReader>> = {
    messageStart: () => {},
    contentBlockStart: (event) => this.#content.start(indexOf(event), objectOf(event["start"]) ?? {}),
    contentBlockDelta: (event) => this.#content.delta(indexOf(event), objectOf(event["delta"]) ?? {}),
    contentBlockStop: () => this.#content.close(),
    messageStop: (event) => {
      this.#content.close();
      this.#answer.finish(endOf(event));
      this.#stopped = true;
    },
    metadata: (event) => {
      this.#counted = true;
      const usage = usageOf(event);
      if (usage) this.#answer.usage(usage);
      const fields = replyFields(event);
      if (fields) this.#answer.fields(fields);
    },
  };

  constructor(options: AnswerOptions, family: ModelFamily) {
    this.#answer = new AnswerAssembly(options);
    this.#content = new ContentReader(this.#answer, options, family);
  }

  get contentSeen(): boolean {
    return this.#answer.contentSeen;
  }

  get finished(): boolean {
    return this.#answer.finished;
  }

  /** The counts come after the end. */
  get over(): boolean {
    return this.#stopped && this.#counted;
  }

  /** An event of a name that nobody knows is left out. */
  addChunk(chunk: JsonObject, event: string): void {
    if (isKnown(this.#events, event)) this.#events[event](chunk);
  }

  addWhole(document: JsonObject): void {
    readWhole(document, this.#answer, this.#content);
  }

  skipChunk(): void {
    this.#answer.skipChunk();
  }

  warn(code: "trailing-bytes", message: string): void {
    this.#answer.warn(code, message);
  }

  conclude(): InferenceResponse {
    this.#content.close();
    return this.#answer.conclude();
  }

  partial(): InferenceResponse | undefined {
    return this.#answer.partial();
  }

  take(): StreamEvent[] {
    return this.#answer.take();
  }
}

function isKnown(events: Readonly<Record<ConverseEventName, EventReader>>, name: string): name is ConverseEventName {
  return Object.hasOwn(events, name);
}

function indexOf(event: JsonObject): number {
  return numberOf(event["contentBlockIndex"]) ?? 0;
}
