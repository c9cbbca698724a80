import type { JsonObject } from "../../model/json.ts";
import type { ToolCall } from "../../model/tool.ts";
import { present } from "../failure/present.ts";
import { freeTextOf } from "../translation/custom-tools.ts";
import type { ItemStatus, OutputItems, OutputSlot } from "./output-items.ts";
import type { OwnName } from "./tool-names.ts";
import type { Item } from "./types.ts";

/** What is known of a call when it begins. */
export interface BegunCall {
  readonly id: string;
  readonly name: string;
  readonly kind: ToolCall["type"];
}

/**
 * A call that is being written, under the name that the client knows the tool by. Where the model called a function
 * that stands for a tool of free text, the text is only known when the arguments are whole.
 */
export class CallOutput {
  readonly #slot: OutputSlot;
  readonly #call: BegunCall;
  readonly #own: OwnName;
  #arguments = "";

  constructor(items: OutputItems, call: BegunCall, own: OwnName | undefined) {
    this.#call = call;
    this.#own = own ?? { name: call.name, kind: call.kind };
    this.#slot = items.begin(this.#isCustom ? "ctc" : "fc", this.#whole("in_progress", ""));
  }

  append(text: string): void {
    this.#arguments += text;
    if (this.#isCustom && this.#call.kind === "function") return;
    this.#delta(text);
  }

  close(call: ToolCall): void {
    const isWhole = call.problem !== "incomplete";
    const text = this.#textOf(call.arguments);
    if (this.#isCustom) {
      if (this.#call.kind === "function" && text !== "") this.#delta(text);
      this.#slot.emit("response.custom_tool_call_input.done", { input: text });
    } else {
      this.#slot.emit("response.function_call_arguments.done", { name: this.#own.name, arguments: text });
    }
    this.#slot.done(this.#whole(isWhole ? "completed" : "incomplete", text));
  }

  breakOff(): void {
    this.#slot.leave(this.#whole("incomplete", this.#textOf(this.#arguments)));
  }

  get #isCustom(): boolean {
    return this.#own.kind === "custom" || this.#call.kind === "custom";
  }

  #delta(delta: string): void {
    const type = this.#isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
    this.#slot.emit(type, { delta });
  }

  #textOf(text: string): string {
    return this.#isCustom && this.#call.kind === "function" ? freeTextOf(text) : text;
  }

  #whole(status: ItemStatus | "in_progress", text: string): Item {
    const { name, namespace } = this.#own;
    const known: JsonObject = { status, call_id: this.#call.id, name, ...present({ namespace }) };
    return this.#isCustom
      ? { type: "custom_tool_call", ...known, input: text }
      : { type: "function_call", ...known, arguments: text };
  }
}
