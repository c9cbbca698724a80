import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { AnswerReader } from "../assembly/answer-reader.ts";
import { otherFields } from "../assembly/field-set.ts";
import { failureOfFinishReason, finishReasonOf } from "../assembly/finish-reasons.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { failureOf } from "../failure/kinds.ts";
import { present } from "../failure/present.ts";
import { objectOf, objectsOf, stringOf } from "../json/read.ts";
import { BlockReader } from "./block-reader.ts";
import { UsageCounts } from "./usage.ts";

type Handler = (chunk: JsonObject) => void;

const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "type",
  "role",
  "model",
  "content",
  "stop_reason",
  "stop_sequence",
  "stop_details",
  "usage",
]);
const EVENT_FIELDS: ReadonlySet<string> = new Set(["type", "delta", "usage"]);

/** Puts an answer together from the events of a stream, or from a whole message. Events nobody knows are skipped. */
export class MessagesReader extends AnswerReader {
  readonly #blocks: BlockReader;
  readonly #usage = new UsageCounts();
  #id: string | undefined;
  #over = false;

  constructor(options: AnswerOptions) {
    super(options);
    this.#blocks = new BlockReader(this.answer, options);
  }

  override get finished(): boolean {
    return this.#over || this.answer.finished;
  }

  override get over(): boolean {
    return this.#over;
  }

  addChunk(chunk: JsonObject, event: string): void {
    const type = stringOf(chunk["type"]) ?? event;
    if (Object.hasOwn(this.#handlers, type)) this.#handlers[type]?.(chunk);
  }

  addWhole(document: JsonObject): void {
    this.#begin(document);
    for (const block of objectsOf(document["content"])) this.#blocks.whole(block);
    this.#end(document);
  }

  override conclude(): InferenceResponse {
    this.#blocks.end();
    return super.conclude();
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    message_start: (chunk) => this.#begin(objectOf(chunk["message"]) ?? {}),
    content_block_start: (chunk) => this.#blocks.start(chunk),
    content_block_delta: (chunk) => this.#blocks.delta(chunk),
    content_block_stop: (chunk) => this.#blocks.stop(chunk),
    message_delta: (chunk) => {
      const more = otherFields(chunk, EVENT_FIELDS);
      if (more) this.#tell(more);
      this.#end({ ...objectOf(chunk["delta"]), usage: chunk["usage"] });
    },
    message_stop: () => {
      this.#over = true;
    },
  };

  #begin(message: JsonObject): void {
    const id = stringOf(message["id"]);
    if (this.#blocks.any && id !== this.#id) {
      const what = "The model server began a second answer inside of the first";
      throw new ReplyFault(failureOf("protocol", what));
    }
    this.#id = id;
    this.answer.about(present({ id, model: stringOf(message["model"]) }));
    this.#count(objectOf(message["usage"]));
  }

  #end(message: JsonObject): void {
    this.#count(objectOf(message["usage"]));
    const more = otherFields(message, MESSAGE_FIELDS);
    if (more) this.#tell(more);
    const raw = stringOf(message["stop_reason"]);
    if (raw === undefined) return;
    const broken = failureOfFinishReason(raw);
    if (broken) throw new ReplyFault(broken);
    this.#blocks.end();
    this.#explain(objectOf(message["stop_details"]));
    this.answer.finish({ reason: finishReasonOf(raw), raw, stopSequence: stringOf(message["stop_sequence"]) });
  }

  /** Why the model refused, which stands beside the answer and not in it. */
  #explain(details: JsonObject | undefined): void {
    if (details === undefined) return;
    const explanation = stringOf(details["explanation"]);
    if (explanation !== undefined && !this.#blocks.saidText) this.answer.refusal(explanation);
    this.answer.choiceFields({ choice: { stop_details: details } });
  }

  #count(counts: JsonObject | undefined): void {
    const usage = counts && this.#usage.add(counts);
    if (usage) this.answer.usage(usage);
    const tier = stringOf(counts?.["service_tier"]);
    if (tier !== undefined) this.answer.fields({ service_tier: tier === "standard" ? "default" : tier });
  }

  /** Fields of the whole reply that nobody has a name for. */
  #tell(fields: JsonObject): void {
    const said = Object.entries(fields).filter(([, value]) => value !== null);
    if (said.length > 0) this.answer.fields(Object.fromEntries(said));
  }
}
