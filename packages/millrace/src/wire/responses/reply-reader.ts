import type { JsonObject } from "../../model/json.ts";
import type { AnswerOptions } from "../assembly/answer-options.ts";
import { AnswerReader } from "../assembly/answer-reader.ts";
import { otherFields } from "../assembly/field-set.ts";
import { finishReasonOf } from "../assembly/finish-reasons.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { normalizeUsage } from "../assembly/usage.ts";
import { present } from "../failure/present.ts";
import { isObject, numberOf, objectOf, objectsOf, stringOf } from "../json/read.ts";
import { readFailed } from "./failed-response.ts";
import { ItemReader } from "./item-reader.ts";
import { incompleteReason } from "./response.ts";

type Handler = (chunk: JsonObject) => void;

const ENVELOPE: ReadonlySet<string> = new Set(["type", "response", "sequence_number", "obfuscation"]);

/** Puts an answer together from the events of a stream, or from a whole response. Events nobody knows are skipped. */
export class ResponsesReader extends AnswerReader {
  readonly #options: AnswerOptions;
  readonly #items: ItemReader;
  #over = false;

  constructor(options: AnswerOptions) {
    super(options);
    this.#options = options;
    this.#items = new ItemReader(this.answer);
  }

  /** A stream that ends without saying that the response is over was cut. */
  override get finished(): boolean {
    return this.#over;
  }

  override get over(): boolean {
    return this.#over;
  }

  addChunk(chunk: JsonObject, event: string): void {
    const type = stringOf(chunk["type"]) ?? event;
    const handler = Object.hasOwn(this.#handlers, type) ? this.#handlers[type] : undefined;
    if (handler === undefined) this.#items.read(type, chunk);
    else handler(chunk);
  }

  addWhole(document: JsonObject): void {
    this.#end(document, document);
  }

  readonly #begin: Handler = (chunk) => this.#about(objectOf(chunk["response"]) ?? {});

  readonly #ended: Handler = (chunk) => {
    const response = objectOf(chunk["response"]) ?? {};
    const more = otherFields(chunk, ENVELOPE);
    if (more) this.answer.fields(more);
    this.#end(response, chunk);
  };

  readonly #failed: Handler = (chunk) => {
    const { usage } = objectOf(chunk["response"]) ?? {};
    if (isObject(usage)) this.answer.usage(normalizeUsage(usage));
    throw new ReplyFault(readFailed(chunk, { wallNowMs: this.#options.wallNowMs(), partial: this.contentSeen }));
  };

  readonly #handlers: Readonly<Record<string, Handler>> = {
    "response.created": this.#begin,
    "response.queued": this.#begin,
    "response.in_progress": this.#begin,
    "response.completed": this.#ended,
    "response.incomplete": this.#ended,
    "response.failed": this.#failed,
    "response.cancelled": this.#failed,
  };

  #about({ id, model, created_at: created }: JsonObject): void {
    this.answer.about(
      present({
        id: stringOf(id),
        model: stringOf(model),
        created: numberOf(created) && Math.floor(numberOf(created) ?? 0),
      }),
    );
  }

  #end(response: JsonObject, chunk: JsonObject): void {
    this.#about(response);
    // Some servers send the items here only.
    if (!this.#items.any) this.#items.addAll(objectsOf(response["output"]));
    const { usage, service_tier: tier } = response;
    if (isObject(usage)) this.answer.usage(normalizeUsage(usage));
    if (typeof tier === "string") this.answer.fields({ service_tier: tier });
    const isIncomplete = chunk["type"] === "response.incomplete" || response["status"] === "incomplete";
    const raw = incompleteReason(response) ?? (isIncomplete ? "incomplete" : "completed");
    this.answer.finish({ reason: finishReasonOf(raw), raw });
    this.#over = true;
  }
}
