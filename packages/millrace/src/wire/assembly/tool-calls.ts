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
 * index, or when it names a function although the arguments of the call are already closed: any
 * function where there are no ids, and another one where several calls share an id. A name that is
 * repeated changes nothing, and neither does a different one that comes without those signs (unless
 * names come in pieces). Calls keep the order of their first appearance.
 */
export class ToolCallAssembler {
  readonly #options: ToolCallAssemblerOptions;
  readonly #calls: OpenCall[] = [];
  readonly #byIndex = new Map<number, OpenCall>();
  readonly #byId = new Map<string, OpenCall>();
  /** How many have started: in the order of their first appearance, so one without a name holds up the next. */
  #started = 0;
  /** The one that a delta without id and index belongs to. */
  #last: OpenCall | undefined;
  /** Those that the server said are whole, and whose end is not told yet. */
  readonly #closed = new Set<OpenCall>();
  /** The one that is being written, and is unfinished when the answer is cut. */
  #writing: OpenCall | undefined;

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

  /**
   * The server says that the call at this index is whole. Servers say so of calls that were cut as well, so one whose
   * arguments are not whole by themselves ends when another begins, or else with the answer.
   */
  end(index: number): StreamEvent[] {
    const call = this.#byIndex.get(index);
    if (call === undefined) return [];
    call.close();
    this.#closed.add(call);
    return call.mayEnd ? this.#end(call) : [];
  }

  /** The answer is over. Throws a {@link ReplyFault} when it is `complete` but a call has no name. */
  finish(how: CallsEnd): StreamEvent[] {
    const nameless = this.#calls.findIndex((call) => !call.named);
    if (nameless >= 0 && how === "complete") throw namelessCall(nameless + 1, this.#calls[nameless]?.wireId);
    return this.#calls.flatMap((call) => {
      if (!call.named) return [];
      const start = call.started ? [] : this.#start(call);
      return [...start, ...call.finish(how, how === "cut" && call === this.#writing)];
    });
  }

  #apply(delta: ToolCallDelta): StreamEvent[] {
    const match = this.#find(delta);
    if (match?.endsBefore(delta)) {
      // The name of the next call may have come alone, and looked like a repeat.
      return this.#give(this.#open(delta), delta.name ? delta : { ...delta, name: match.name });
    }
    if (match === undefined && saysNothing(delta)) return [];
    if (match !== undefined) return this.#give(match, delta);
    const ends = this.#endClosed();
    return [...ends, ...this.#give(this.#open(delta), delta)];
  }

  /** Another call begins, so those that are closed were not cut. */
  #endClosed(): StreamEvent[] {
    return [...this.#closed].flatMap((call) => (call.started ? this.#end(call) : []));
  }

  #end(call: OpenCall): StreamEvent[] {
    this.#closed.delete(call);
    return call.finish("complete", false);
  }

  #give(call: OpenCall, delta: ToolCallDelta): StreamEvent[] {
    if (delta.index !== undefined && call.wireIndex === undefined) this.#byIndex.set(delta.index, call);
    if (delta.id && !this.#byId.has(delta.id)) this.#byId.set(delta.id, call);
    if (!saysNothing(delta)) this.#last = call;
    if (delta.arguments) this.#writing = call;
    return [...call.push(delta), ...this.#startReady()];
  }

  #startReady(): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (let next = this.#calls[this.#started]; next?.ready; next = this.#calls[this.#started]) {
      events.push(...this.#start(next));
    }
    return events;
  }

  #start(call: OpenCall): StreamEvent[] {
    const events = call.start(this.#started);
    this.#started += 1;
    return call.mayEnd ? [...events, ...this.#end(call)] : events;
  }

  #open(delta: ToolCallDelta): OpenCall {
    const { maxCalls } = this.#options;
    if (this.#calls.length >= maxCalls) {
      const message = `The model server sent more than ${maxCalls} tool calls in one answer; reading stopped`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const idTaken = delta.id !== undefined && this.#byId.has(delta.id);
    const call = new OpenCall(this.#options, idTaken);
    this.#calls.push(call);
    this.#writing = call;
    return call;
  }

  #find(delta: ToolCallDelta): OpenCall | undefined {
    const atIndex = delta.index === undefined ? undefined : this.#byIndex.get(delta.index);
    if (delta.id) return this.#findById(delta, delta.id, atIndex);
    return atIndex ?? this.#lastAt(delta.index);
  }

  #findById(delta: ToolCallDelta, id: string, atIndex: OpenCall | undefined): OpenCall | undefined {
    if (atIndex?.wireId === id) return atIndex;
    const known = this.#byId.get(id);
    // Several calls under one id: then only the index, and a name to begin with, tells them apart.
    if (known !== undefined) return known.mayBeAt(delta.index) || !delta.name ? known : undefined;
    const candidate = atIndex ?? this.#lastAt(delta.index);
    return candidate?.takesId(delta) ? candidate : undefined;
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

function namelessCall(number: number, id: string | undefined): ReplyFault {
  const which = id === undefined ? `number ${number}` : `"${id}"`;
  const message = `The model server sent tool call ${which} without ever naming its function`;
  return new ReplyFault(failureOf("protocol", message));
}
