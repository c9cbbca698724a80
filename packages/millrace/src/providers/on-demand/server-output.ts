import type { Clock } from "../../model/clock.ts";
import { redact } from "../transport/headers.ts";
import type { OutputStream } from "./process-port.ts";

/** A line that an on-demand server printed. */
export interface OutputLine {
  /** The name of the provider. */
  readonly server: string;
  readonly stream: OutputStream;
  readonly text: string;
}

export interface ServerOutputOptions {
  readonly server: string;
  readonly clock: Clock;
  /** Blotted out wherever they are printed. */
  readonly secrets: readonly string[];
  readonly onLine: ((line: OutputLine) => void) | undefined;
}

/** Characters; the rest of a longer line is left out. */
const LINE_MAX = 2000;
/** More is held back of a line, so that a secret is not cut before it is seen. */
const HELD_MAX = 4 * LINE_MAX;
/** A server may say much when it starts, and little for long. */
const LINES_AT_ONCE = 1000;
const LINES_PER_SECOND = 50;
/** What a failed start tells of the output. */
const TAIL_LINES = 20;
const TAIL_BYTES = 4096;

/** A progress bar goes back to the start of its line: each of its states is one. */
const LINE_END = /\r\n|\n|\r/u;
/** Colours, cursor movements and window titles. */
const TERMINAL_CODES = new RegExp(
  String.raw`\u001b(?:\[[0-9;?]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z])`,
  "gu",
);

/** What a server prints, as lines: bounded in length and rate, and without its secrets. */
export class ServerOutput {
  readonly #options: ServerOutputOptions;
  readonly #open: Record<OutputStream, string> = { stdout: "", stderr: "" };
  #tails: Record<OutputStream, string[]> = { stdout: [], stderr: [] };
  #allowance = LINES_AT_ONCE;
  #countedMs: number;
  #leftOut = 0;

  constructor(options: ServerOutputOptions) {
    this.#options = options;
    this.#countedMs = options.clock.now();
  }

  /** Forgets what an earlier process said. */
  begin(): void {
    this.#tails = { stdout: [], stderr: [] };
  }

  push(stream: OutputStream, text: string): void {
    const lines = (this.#open[stream] + text).split(LINE_END);
    this.#open[stream] = (lines.pop() ?? "").slice(0, HELD_MAX);
    for (const line of lines) this.#line(stream, line);
  }

  /** The process has ended: lines without an end are over too. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      this.push(stream, "\n");
    }
    this.#tellLeftOut();
  }

  /** The last lines, errors where there are any. */
  tail(): readonly string[] {
    return this.#tails.stderr.length > 0 ? this.#tails.stderr : this.#tails.stdout;
  }

  #line(stream: OutputStream, raw: string): void {
    const clean = redact(raw.slice(0, HELD_MAX), this.#options.secrets).replaceAll(TERMINAL_CODES, "").trimEnd();
    if (clean === "") return;
    const text = clean.length > LINE_MAX ? `${clean.slice(0, LINE_MAX)}…` : clean;
    this.#keep(this.#tails[stream], text);
    if (!this.#allowed()) {
      this.#leftOut += 1;
      return;
    }
    this.#tellLeftOut();
    this.#options.onLine?.({ server: this.#options.server, stream, text });
  }

  #keep(tail: string[], text: string): void {
    tail.push(text);
    while (tail.length > TAIL_LINES || (tail.length > 1 && Buffer.byteLength(tail.join("\n")) > TAIL_BYTES))
      tail.shift();
    const [only = ""] = tail;
    if (tail.length === 1 && Buffer.byteLength(only) > TAIL_BYTES) tail[0] = `${only.slice(0, TAIL_BYTES / 4)}…`;
  }

  #allowed(): boolean {
    const nowMs = this.#options.clock.now();
    this.#allowance += ((nowMs - this.#countedMs) / 1000) * LINES_PER_SECOND;
    this.#allowance = Math.min(this.#allowance, LINES_AT_ONCE);
    this.#countedMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return;
    const text = `… ${this.#leftOut} ${this.#leftOut === 1 ? "line" : "lines"} left out`;
    this.#leftOut = 0;
    this.#options.onLine?.({ server: this.#options.server, stream: "stderr", text });
  }
}
