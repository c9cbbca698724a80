import type { JsonObject } from "../../model/json.ts";
import { objectsOf, stringOf } from "../json/read.ts";
import { readCall } from "./tool-calls.ts";
import type { WireMessage } from "./types.ts";

interface OpenCall {
  readonly id: string;
  readonly name: string;
  /** The id was made here, so no client can know it. */
  readonly made: boolean;
}

/**
 * Gives every call and every result of a conversation an id. Older clients send none: their results have the name of
 * the tool, or nothing at all, and stand in the order of the calls. An id that is made says where the call stands, so
 * that it is the same in the next request of the conversation.
 */
export class CallPairing {
  readonly #given: ReadonlySet<string>;
  #open: OpenCall[] = [];
  #answering = false;

  constructor(messages: readonly WireMessage[]) {
    const calls = messages.flatMap((message) => callsOf(message));
    this.#given = new Set(calls.map((call) => stringOf(call["id"]) ?? ""));
  }

  /** A turn that neither calls nor answers: what is open stays so. */
  otherTurn(): void {
    this.#open = [];
    this.#answering = false;
  }

  /** The ids of the calls of a turn. */
  called(message: WireMessage, index: number): readonly string[] {
    if (this.#answering) this.otherTurn();
    const calls = callsOf(message).map((call, position): OpenCall => {
      const { id, name } = readCall(call);
      return id === "" ? { id: this.#made(index, position), name, made: true } : { id, name, made: false };
    });
    this.#open.push(...calls);
    return calls.map(({ id }) => id);
  }

  /** The call that a result answers. One that answers none has an id that no call has. */
  answered(message: WireMessage, index: number): { readonly id: string; readonly name?: string } {
    this.#answering = true;
    const id = stringOf(message.tool_call_id) ?? "";
    const name = stringOf(message.tool_name) ?? "";
    const at = this.#find(id, name);
    const [call] = at === -1 ? [] : this.#open.splice(at, 1);
    return call ?? { id: id === "" ? this.#made(index, 0) : id };
  }

  #find(id: string, name: string): number {
    const exact = id === "" ? -1 : this.#open.findIndex((call) => call.id === id);
    if (exact !== -1) return exact;
    return this.#open.findIndex((call) => (id === "" || call.made) && (name === "" || call.name === name));
  }

  #made(index: number, position: number): string {
    let id = `call_${index}_${position}`;
    while (this.#given.has(id)) id += "_";
    return id;
  }
}

/** The calls of a turn that are ones. */
export function callsOf({ tool_calls: calls }: WireMessage): readonly JsonObject[] {
  return objectsOf(calls);
}
