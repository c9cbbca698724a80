import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { ChoiceList } from "../assembly/choice-list.ts";
import { EventSink } from "../assembly/event-sink.ts";
import { FieldSet, otherFields } from "../assembly/field-set.ts";
import { ReplyHead } from "../assembly/reply-head.ts";
import { UsageReader } from "../assembly/usage.ts";
import { countOf, numberOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { ChoiceAssembly } from "./choice-assembly.ts";
import type { ReplyOptions } from "./reply-options.ts";
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
  readonly #head: ReplyHead;
  readonly #sink: EventSink;
  readonly #usage: UsageReader;
  readonly #choices: ChoiceList<ChoiceAssembly>;
  readonly #extra = new FieldSet({ arrays: "replace" });
  readonly #fieldNames = new Set<string>();

  constructor(options: ReplyOptions) {
    this.#head = new ReplyHead(options);
    this.#sink = new EventSink(options.limits, () => this.#head.start());
    this.#choices = new ChoiceList(options.limits.choices, (index) => new ChoiceAssembly(index, options, this.#sink));
    this.#usage = new UsageReader({ costField: options.rules.costField });
  }

  /** Whether there was text, reasoning, a refusal, a tool call, audio or a finish. */
  get contentSeen(): boolean {
    return this.#sink.begun;
  }

  /** Whether every choice that began said why it ended. */
  get finished(): boolean {
    return this.#choices.finished;
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
    this.#head.skipChunk();
  }

  warn(code: "trailing-bytes", message: string): void {
    this.#sink.emit({ type: "warning", warning: { code, message } });
  }

  /** The reply ended properly. */
  conclude(): InferenceResponse {
    // A server that ends without a single choice has given an empty answer.
    if (this.#choices.isEmpty) this.#choices.at(0);
    for (const warning of this.#head.warnings()) this.#sink.emit({ type: "warning", warning });
    for (const choice of this.#choices.inOrder()) choice.conclude();
    return this.#sink.finish();
  }

  /** The reply failed: what had arrived, or nothing where that is neither content nor usage. */
  partial(): InferenceResponse | undefined {
    if (!this.contentSeen && this.#usage.usage === undefined) return undefined;
    return this.#sink.salvage(this.#choices.inOrder().flatMap((choice) => choice.salvage()));
  }

  /** The events that may go out since this was last asked. */
  take(): StreamEvent[] {
    return this.#sink.take();
  }

  #addReply(reply: WireReply): void {
    // Azure's first chunk says 0.
    const created = numberOf(reply.created) || undefined;
    this.#head.add({ id: idOf(reply.id), model: stringOf(reply.model), created });
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

  #choice({ index }: WireChoice, position = 0): ChoiceAssembly {
    return this.#choices.at(countOf(index) ?? position);
  }
}

function idOf(value: JsonField): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : "";
}
