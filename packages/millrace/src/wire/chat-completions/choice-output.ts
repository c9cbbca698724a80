import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";

/** A call that has been written, as far as later chunks need to know. */
interface WrittenCall {
  readonly kind: ToolCall["type"];
  readonly extra: JsonObject;
}

/** Fields that wait for a choice's next chunk: of its delta, and of the choice around it. */
interface HeldFields {
  readonly delta: JsonObject;
  readonly choice: JsonObject;
}

const NOTHING: HeldFields = { delta: {}, choice: {} };

/** What has been written of one choice of a stream, and what still waits to be. */
export class ChoiceOutput {
  /** Whether its role chunk is out. */
  begun = false;
  readonly #calls = new Map<number, WrittenCall>();
  #held: HeldFields = NOTHING;

  get holdsDelta(): boolean {
    return Object.keys(this.#held.delta).length > 0;
  }

  get holdsAnything(): boolean {
    return this.#held !== NOTHING;
  }

  /** Whether holding the fields too would put two of one name into one chunk. */
  collides(fields: HeldFields): boolean {
    return overlap(this.#held.delta, fields.delta) || overlap(this.#held.choice, fields.choice);
  }

  hold({ delta, choice }: HeldFields): void {
    if (Object.keys(delta).length === 0 && Object.keys(choice).length === 0) return;
    this.#held = { delta: { ...this.#held.delta, ...delta }, choice: { ...this.#held.choice, ...choice } };
  }

  takeHeld(): HeldFields {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  beginCall(index: number, call: WrittenCall): void {
    this.#calls.set(index, call);
  }

  kindOfCall(index: number): ToolCall["type"] {
    return this.#calls.get(index)?.kind ?? "function";
  }

  /** Fields of the call that became known after it was begun, or nothing. */
  lateFields(index: number, all: JsonObject | undefined): JsonObject | undefined {
    const known = this.#calls.get(index)?.extra ?? {};
    const late = Object.entries(all ?? {}).filter(([key, value]) => !isSame(known[key], value));
    return late.length === 0 ? undefined : Object.fromEntries(late);
  }
}

function overlap(a: JsonObject, b: JsonObject): boolean {
  return Object.keys(b).some((key) => Object.hasOwn(a, key));
}

function isSame(a: JsonObject[string], b: JsonObject[string]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
