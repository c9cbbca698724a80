import type { StreamEvent } from "../../model/stream-event.ts";
import { failureOf } from "../failure/kinds.ts";
import { OpenCall } from "./open-call.ts";
import type { CallsEnd, OpenCallOptions, ToolCallDelta } from "./open-call.ts";
import { ReplyFault } from "./reply-fault.ts";

export interface ToolCallAssemblerOptions extends OpenCallOptions {
  readonly maxCalls: number;
}

/**
 * Puts the tool calls of one choice together from deltas, however a server keys them.
 *
 * A delta belongs to the call with its id; else to the one at its index; else to the last one. It
 * opens a new call when there is no such call, when its id differs from the id of the call at that
 * index, or when it names a function although the arguments of the call are already closed. A name
 * that is repeated changes nothing, and neither does a different one that comes without those signs
 * (unless names come in pieces). Calls keep the order of their first appearance.
 */
export class ToolCallAssembler {
  readonly #options: ToolCallAssemblerOptions;
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  #last: OpenCall | undefined;

  constructor(options: ToolCallAssemblerOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#calls.length;
  }

  /** Throws a {@link ReplyFault} when there are more calls than allowed. */
  push(deltas: readonly ToolCallDelta[]): StreamEvent[] {
    return deltas.flatMap((delta) => this.#apply(delta));
  }

  /** The answer is over. Throws a {@link ReplyFault} when it is `complete` but a call has no name. */
  finish(how: CallsEnd): StreamEvent[] {
    return this.#calls.flatMap((call) => {
      if (call.named) return call.finish(how, how === "cut" && call === this.#last);
      if (how === "cut") return [];
      throw namelessCall(call);
    });
  }

  #apply(delta: ToolCallDelta): StreamEvent[] {
    const found = this.#find(delta);
    if (found === undefined && saysNothing(delta)) return [];
    const call = found ?? this.#open(delta);
    if (delta.index !== undefined && call.wireIndex === undefined) this.#byIndex.set(delta.index, call);
    if (delta.id && !this.#byId.has(delta.id)) this.#byId.set(delta.id, call);
    this.#last = call;
    return call.push(delta);
  }

  #open(delta: ToolCallDelta): OpenCall {
    const { maxCalls } = this.#options;
    if (this.#calls.length >= maxCalls) {
      const message = `The model server sent more than ${maxCalls} tool calls in one answer; reading stopped`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const idTaken = delta.id !== undefined && this.#byId.has(delta.id);
    const call = new OpenCall(this.#options, this.#calls.length, idTaken);
    this.#calls.push(call);
    return call;
  }

  #find(delta: ToolCallDelta): OpenCall | undefined {
    const atIndex = delta.index === undefined ? undefined : this.#byIndex.get(delta.index);
    const call = delta.id ? this.#findById(delta, delta.id, atIndex) : this.#findWithoutId(delta, atIndex);
    return call === undefined || call.endsBefore(delta) ? undefined : call;
  }

  #findById(delta: ToolCallDelta, id: string, atIndex: OpenCall | undefined): OpenCall | undefined {
    if (atIndex?.wireId === id) return atIndex;
    const known = this.#byId.get(id);
    // Several calls under one id: then only the index, and a name to begin with, tells them apart.
    if (known !== undefined) return known.mayBeAt(delta.index) || !delta.name ? known : undefined;
    const candidate = atIndex ?? this.#lastAt(delta.index);
    return candidate?.takesId(delta) ? candidate : undefined;
  }

  #findWithoutId(delta: ToolCallDelta, atIndex: OpenCall | undefined): OpenCall | undefined {
    return atIndex ?? this.#lastAt(delta.index);
  }

  /** The last call, unless the delta's index says that it is another one. */
  #lastAt(index: number | undefined): OpenCall | undefined {
    if (index === undefined || this.#last?.wireIndex === undefined) return this.#last;
    return undefined;
  }
}

function saysNothing(delta: ToolCallDelta): boolean {
  return !delta.id && !delta.name && !delta.arguments;
}

function namelessCall(call: OpenCall): ReplyFault {
  const which = call.wireId === undefined ? `number ${call.position + 1}` : `"${call.wireId}"`;
  const message = `The model server sent tool call ${which} without ever naming its function`;
  return new ReplyFault(failureOf("protocol", message));
}
