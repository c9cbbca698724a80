import type { JsonObject } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import { DeltaText } from "./delta-text.ts";
import { FieldSet } from "./field-set.ts";
import { finishCall, incompleteCall } from "./finish-call.ts";
import type { EndedCall } from "./finish-call.ts";
import { JsonProgress } from "./json-progress.ts";

/** What one delta says about a tool call, in no dialect's words. Absent and `""` both mean unsaid. */
export interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  /** The next piece of the arguments' text. */
  readonly arguments?: string;
  readonly kind?: ToolCall["type"];
  readonly extra?: JsonObject;
}

export interface OpenCallOptions {
  /** The choice that the calls belong to. */
  readonly choice: number;
  /** A name that differs from the one so far, before any argument, is a further piece of it. */
  readonly nameInPieces: boolean;
  /** Makes an id for a call that the server gave none, or gave one already taken. */
  readonly makeId: () => string;
}

/**
 * - `complete`: the answer ended properly.
 * - `cut`: it ended by length, by a filter or by an error, so the call being written is not whole.
 */
export type CallsEnd = "complete" | "cut";

/** A tool call that may still grow. */
export class OpenCall {
  readonly #options: OpenCallOptions;
  readonly #idTaken: boolean;
  readonly #pieces: DeltaText = new DeltaText({ cumulative: false });
  readonly #progress = new JsonProgress();
  readonly #extra = new FieldSet({ arrays: "replace", nested: "function" });
  #kind: ToolCall["type"] = "function";
  #name = "";
  #arguments = "";
  /** Its name came again behind closed arguments, without an id: a repeat, or the next call's beginning. */
  #namedAgain = false;
  #wireId: string | undefined;
  #wireIndex: number | undefined;
  /** The id it is known by outside, and its place among the calls; fixed when the call starts. */
  #id: string | undefined;
  #position = 0;
  /** The server said that it is whole. */
  #closed = false;
  /** Its end is told: nothing can be added to it. */
  #over = false;

  constructor(options: OpenCallOptions, idTaken: boolean) {
    this.#options = options;
    this.#idTaken = idTaken;
  }

  /** The id the server gave, which several calls may share. */
  get wireId(): string | undefined {
    return this.#wireId;
  }

  get wireIndex(): number | undefined {
    return this.#wireIndex;
  }

  get name(): string {
    return this.#name;
  }

  get named(): boolean {
    return this.#name !== "";
  }

  get started(): boolean {
    return this.#id !== undefined;
  }

  /** Whether it is known well enough to start. */
  get ready(): boolean {
    return this.named && !(this.#options.nameInPieces && this.#arguments === "");
  }

  /** Whether it can end before the answer does: it is closed, and what it says cannot be the half of something. */
  get mayEnd(): boolean {
    if (!this.#closed || this.#over || !this.started) return false;
    return this.#kind === "custom" || finishCall(this.#ended(), true).call.input !== undefined;
  }

  close(): void {
    this.#closed = true;
  }

  mayBeAt(index: number | undefined): boolean {
    return index === undefined || this.#wireIndex === undefined || this.#wireIndex === index;
  }

  /** Whether an id that no call has yet is this call's, come late. */
  takesId(delta: ToolCallDelta): boolean {
    return this.#wireId === undefined && (!delta.name || !this.named || delta.name === this.#name);
  }

  /** Whether the delta can only be the beginning of another call. */
  endsBefore(delta: ToolCallDelta): boolean {
    const saysMore = /\S/u.test(delta.arguments ?? "");
    if (!delta.name) return this.#namedAgain && saysMore;
    if (!this.named) return false;
    const differs = delta.name !== this.#name;
    // Where there are ids, they say what belongs together: a name that comes again says nothing.
    if (this.#progress.complete) return differs || (this.#wireId === undefined && saysMore);
    // Without id and index a name is all there is; a call that takes no arguments may have come before.
    const unkeyed = !delta.id && delta.index === undefined;
    return differs && unkeyed && this.#arguments === "" && !this.#options.nameInPieces;
  }

  push(delta: ToolCallDelta): StreamEvent[] {
    if (this.#over) return [];
    if (delta.id) this.#wireId ??= delta.id;
    this.#namedAgain ||= !!delta.name && this.#progress.complete && this.#wireId === undefined;
    this.#wireIndex ??= delta.index;
    if (delta.kind !== undefined) this.#kind = delta.kind;
    if (delta.extra !== undefined) this.#extra.add(delta.extra);
    this.#takeName(delta.name ?? "");
    const piece = this.#pieces.push(delta.arguments ?? "");
    this.#arguments += piece;
    this.#progress.push(piece);
    return this.started ? this.#grow(piece) : [];
  }

  /** What it says so far goes out. `position`: how many calls have started before it. */
  start(position: number): StreamEvent[] {
    const id = this.#wireId === undefined || this.#idTaken ? this.#options.makeId() : this.#wireId;
    this.#id = id;
    this.#position = position;
    const extra = this.#extra.toObject();
    const { choice } = this.#options;
    const known = { choice, index: position, id, name: this.#name, kind: this.#kind };
    const start: StreamEvent = { type: "tool-call-start", ...known, ...(extra && { extra }) };
    return [start, ...this.#grow(this.#arguments)];
  }

  /** Only a call that has started; once. `unfinished`: it was being written when the answer was cut. */
  finish(how: CallsEnd, unfinished: boolean): StreamEvent[] {
    if (this.#over) return [];
    this.#over = true;
    const events = this.#append(this.#pieces.end());
    const needsObject = how === "complete" && this.#kind === "function" && this.#arguments.trim() === "";
    if (needsObject) events.push(...this.#append("{}"));
    const { choice } = this.#options;
    if (unfinished) return [...events, this.#end(incompleteCall(this.#ended()))];
    const { call, doubleEncoded } = finishCall(this.#ended(), how === "cut");
    events.push(this.#end(call));
    if (doubleEncoded) {
      const message = `The arguments of tool call "${call.id}" (choice ${choice}) are JSON inside a JSON string`;
      events.push({ type: "warning", warning: { code: "double-encoded-arguments", message } });
    }
    return events;
  }

  #takeName(name: string): void {
    if (name === "" || name === this.#name) return;
    if (!this.named) this.#name = name;
    else if (this.#options.nameInPieces && this.#arguments === "") this.#name += name;
  }

  #append(piece: string): StreamEvent[] {
    this.#arguments += piece;
    return this.#grow(piece);
  }

  #grow(text: string): StreamEvent[] {
    if (text === "") return [];
    return [{ type: "tool-call-delta", choice: this.#options.choice, index: this.#position, text }];
  }

  #end(call: ToolCall): StreamEvent {
    return { type: "tool-call-end", choice: this.#options.choice, index: this.#position, call };
  }

  #ended(): EndedCall {
    const extra = this.#extra.toObject();
    const id = this.#id ?? "";
    return { id, type: this.#kind, name: this.#name, arguments: this.#arguments, ...(extra && { extra }) };
  }
}
