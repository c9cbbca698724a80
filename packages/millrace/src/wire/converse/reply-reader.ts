import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { AnswerReader } from "../assembly/answer-reader.ts";
import { numberOf, objectOf } from "../json/read.ts";
import { ContentReader } from "./content-reader.ts";
import { endOf } from "./finish.ts";
import type { ModelFamily } from "./rules.ts";
import type { ConverseEventName } from "./types.ts";
import { readWhole, replyFields, usageOf } from "./response.ts";

type EventReader = (event: JsonObject) => void;

/** Reads a reply of `converse` or `converse-stream`. */
export class ConverseReplyReader extends AnswerReader {
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
      this.answer.finish(endOf(event));
      this.#stopped = true;
    },
    metadata: (event) => {
      this.#counted = true;
      const usage = usageOf(event);
      if (usage) this.answer.usage(usage);
      const fields = replyFields(event);
      if (fields) this.answer.fields(fields);
    },
  };

  constructor(options: AnswerOptions, family: ModelFamily) {
    super(options);
    this.#content = new ContentReader(this.answer, options, family);
  }

  /** The counts come after the end. */
  override get over(): boolean {
    return this.#stopped && this.#counted;
  }

  /** An event of a name that nobody knows is left out. */
  addChunk(chunk: JsonObject, event: string): void {
    if (isKnown(this.#events, event)) this.#events[event](chunk);
  }

  addWhole(document: JsonObject): void {
    readWhole(document, this.answer, this.#content);
  }

  override conclude(): InferenceResponse {
    this.#content.close();
    return super.conclude();
  }
}

function isKnown(events: Readonly<Record<ConverseEventName, EventReader>>, name: string): name is ConverseEventName {
  return Object.hasOwn(events, name);
}

function indexOf(event: JsonObject): number {
  return numberOf(event["contentBlockIndex"]) ?? 0;
}
