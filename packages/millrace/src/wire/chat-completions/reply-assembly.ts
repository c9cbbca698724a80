import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { FieldSet, otherFields } from "../assembly/field-set.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { UsageReader } from "../assembly/usage.ts";
import { failureOf } from "../failure/kinds.ts";
import { numberOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { ChoiceAssembly } from "./choice-assembly.ts";
import { EventSink } from "../assembly/event-sink.ts";
import { modelMismatch } from "../assembly/model-mismatch.ts";
import type { ReplyOptions } from "./reply-options.ts";
import { indexOf, objectsOf } from "./tool-call-wire.ts";
import type { WireChoice, WireReply } from "./types.ts";

/** `obfuscation` is random padding against traffic analysis, of use to nobody further on. */
const REPLY_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "object",
  "created",
  "model",
  "choices",
  "usage",
  "error",
  "obfuscation",
]);

/** What a field costs to hold, in the events and the answer, beyond its value. */
const FIELD_COST_BYTES = 1024;

/** One reply, put together from its chunks or read whole. */
export class ReplyAssembly {
  readonly #options: ReplyOptions;
  readonly #sink: EventSink;
  readonly #usage: UsageReader;
  readonly #choices = new Map<number, ChoiceAssembly>();
  readonly #extra = new FieldSet({ arrays: "replace" });
  readonly #fieldNames = new Set<string>();
  #id = "";
  #model = "";
  #created: number | undefined;
  #skipped = 0;

  constructor(options: ReplyOptions) {
    this.#options = options;
    this.#sink = new EventSink(options.limits, () => this.#start());
    this.#usage = new UsageReader({ costField: options.rules.costField });
  }

  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  get contentSeen(): boolean {
    return this.#sink.begun;
  }

  /** Whether every choice that began said why it ended. */
  get finished(): boolean {
    return this.#choices.size > 0 && [...this.#choices.values()].every((choice) => choice.finished);
  }

  /** Reads one chunk. Throws a {@link ReplyFault} when the reply broke off or breaks a limit. */
  addChunk(chunk: WireReply): void {
    this.#addReply(chunk);
    for (const choice of objectsOf(chunk.choices)) this.#choice(choice).addChunk(choice);
  }

  /** Reads a reply that came whole. */
  addWhole(reply: WireReply): void {
    this.#addReply(reply);
    for (const [position, choice] of objectsOf(reply.choices).entries()) {
      this.#choice(choice, position).addWhole(choice);
    }
  }

  /** An unreadable chunk was left out, as asked. */
  skipChunk(): void {
    this.#skipped += 1;
  }

  warn(code: "trailing-bytes", message: string): void {
    this.#sink.emit({ type: "warning", warning: { code, message } });
  }

  /** The reply ended properly. */
  conclude(): InferenceResponse {
    // A server that ends without a single choice has given an empty answer.
    if (this.#choices.size === 0) this.#choice({});
    this.#warnAboutReply();
    for (const [, choice] of this.#inOrder()) choice.conclude();
    return this.#sink.finish();
  }

  /** The reply failed: what had arrived, or nothing where that is neither content nor usage. */
  partial(): InferenceResponse | undefined {
    if (!this.contentSeen && this.#usage.usage === undefined) return undefined;
    return this.#sink.salvage(this.#inOrder().flatMap(([, choice]) => choice.salvage()));
  }

  /** The events that may go out since this was last asked. */
  take(): StreamEvent[] {
    return this.#sink.take();
  }

  #addReply(reply: WireReply): void {
    if (this.#id === "") this.#id = idOf(reply.id);
    if (this.#model === "" && typeof reply.model === "string") this.#model = reply.model;
    // Azure's first chunk says 0.
    this.#created ??= numberOf(reply.created) || undefined;
    const extra = otherFields(reply, REPLY_FIELDS);
    if (extra && !this.#extra.has(extra)) {
      this.#spendFields(extra);
      this.#extra.add(extra);
      this.#sink.emit({ type: "metadata", fields: extra });
    }
    const usage = this.#usage.read(reply);
    if (usage) this.#sink.emit({ type: "usage", usage });
  }

  /** A field that is there already is replaced, which costs nothing once nothing is held back any more. */
  #spendFields(fields: JsonObject): void {
    const added = Object.entries(fields).filter(([name]) => !this.#fieldNames.has(name));
    for (const [name] of added) this.#fieldNames.add(name);
    this.#sink.spendValue(this.contentSeen ? Object.fromEntries(added) : fields, added.length * FIELD_COST_BYTES);
  }

  #choice(choice: WireChoice, position = 0): ChoiceAssembly {
    const index = indexOf(choice.index) ?? position;
    const known = this.#choices.get(index);
    if (known) return known;
    const { choices } = this.#options.limits;
    if (this.#choices.size >= choices) {
      const message = `The model server sent more than ${choices} choices in one answer; reading stopped`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const begun = new ChoiceAssembly(index, this.#options, this.#sink);
    this.#choices.set(index, begun);
    return begun;
  }

  #inOrder(): [number, ChoiceAssembly][] {
    return [...this.#choices].sort(([a], [b]) => a - b);
  }

  #start(): StreamEvent {
    if (this.#id === "") this.#id = this.#options.makeId();
    const model = this.#model === "" ? this.#options.requestedModel : this.#model;
    return { type: "start", id: this.#id, model, ...(this.#created !== undefined && { created: this.#created }) };
  }

  #warnAboutReply(): void {
    const mismatch = modelMismatch(this.#options.requestedModel, this.#model);
    if (mismatch) this.#sink.emit({ type: "warning", warning: { code: "model-mismatch", message: mismatch } });
    if (this.#skipped === 0) return;
    const message = `${this.#skipped} unreadable chunk${this.#skipped === 1 ? " was" : "s were"} left out`;
    this.#sink.emit({ type: "warning", warning: { code: "skipped-chunk", message } });
  }
}

function idOf(value: JsonField): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : "";
}
