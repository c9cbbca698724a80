import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { SseFraming } from "../assembly/framings.ts";
import { WatchedStream } from "../assembly/watched-stream.ts";
import type { EventWatch, WatchedStreamOptions } from "../assembly/watched-stream.ts";
import { isObject, objectOf, stringOf } from "../json/read.ts";
import { readFailed } from "./failed-response.ts";
import { factsOf } from "./response.ts";

/** Watches a stream of this dialect that passes as it is. */
export function createResponsesObserver(options: WatchedStreamOptions): WatchedStream {
  const framing = new SseFraming({ maxEventBytes: options.limits.eventBytes });
  return new WatchedStream(new ResponsesWatch(options.wallNowMs), framing, options);
}

/** Events that say nothing of the answer yet. */
const QUIET =
  /^response\.(?:created|queued|in_progress)$|^response\.output_item\.added$|_part\.added$|^(?:keepalive|ping)$/u;

class ResponsesWatch implements EventWatch {
  readonly #wallNowMs: () => number;
  #content = false;
  #ended = false;
  #known: EventWatch["known"] = {};

  constructor(wallNowMs: () => number) {
    this.#wallNowMs = wallNowMs;
  }

  get content(): boolean {
    return this.#content;
  }

  /** Nothing but the terminal event ends a response. */
  get finished(): boolean {
    return this.#ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get known(): EventWatch["known"] {
    return this.#known;
  }

  read(chunk: JsonObject, name: string): Failure | undefined {
    const type = stringOf(chunk["type"]) ?? name;
    if (type === "response.failed" || type === "response.cancelled") {
      return readFailed(chunk, { wallNowMs: this.#wallNowMs(), partial: this.#content });
    }
    const response = objectOf(chunk["response"]);
    if (response) this.#note(response);
    if (type === "response.completed" || type === "response.incomplete") this.#end(chunk["response"]);
    else if (type.startsWith("response.") && !isQuiet(type, chunk)) this.#content = true;
    return undefined;
  }

  closing(): string {
    return "";
  }

  #note(response: JsonObject): void {
    const { rawFinishReason: _none, ...facts } = factsOf(response);
    this.#known = { ...this.#known, ...facts };
  }

  #end(response: JsonObject[string]): void {
    this.#content = true;
    this.#ended = true;
    const reason = isObject(response) ? factsOf(response).rawFinishReason : undefined;
    this.#known = { ...this.#known, rawFinishReason: reason ?? "completed" };
  }
}

/** A call begins with its name, which is content already. */
function isQuiet(type: string, chunk: JsonObject): boolean {
  const itemType = stringOf(objectOf(chunk["item"])?.["type"]) ?? "";
  return QUIET.test(type) && !itemType.endsWith("_call");
}
