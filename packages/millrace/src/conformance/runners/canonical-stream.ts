import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, stringOf } from "../../wire/json/read.ts";

/** An event as any reader of server-sent events gives it. */
export interface ReadEvent {
  readonly event?: string | undefined;
  readonly data: string;
}

/**
 * What keeps a stream from being in the canonical form, one sentence each; none when it is: one id, model
 * and creation time; the role once and first; calls with contiguous indexes, each with its own id, and
 * id, type and name once; one finish chunk with an empty delta for each choice; the usage chunk last and only if asked for;
 * `[DONE]` behind a success, an error event behind anything else, and nothing behind either.
 */
export function canonicalFlaws(events: readonly ReadEvent[], asked: { readonly usage: boolean }): string[] {
  const check = new CanonicalCheck(asked.usage);
  for (const event of events) check.read(event);
  check.end();
  return check.flaws;
}

interface ChoiceState {
  begun: boolean;
  finished: boolean;
  calls: number;
  readonly ids: Set<string>;
}

class CanonicalCheck {
  readonly flaws: string[] = [];
  readonly #usageAsked: boolean;
  readonly #heads = new Set<string>();
  readonly #choices = new Map<number, ChoiceState>();
  #usageSeen = false;
  #end: "done" | "error" | undefined;

  constructor(usageAsked: boolean) {
    this.#usageAsked = usageAsked;
  }

  read({ event, data }: ReadEvent): void {
    if (event !== undefined) this.#flaw(`an event has the name ${event}`);
    if (this.#end !== undefined) return this.#flaw(`an event follows the end: ${data}`);
    if (data === "[DONE]") {
      this.#end = "done";
      return;
    }
    const value = JSON.parse(data) as JsonValue;
    if (!isObject(value)) return this.#flaw(`an event holds no object: ${data}`);
    if (isObject(value["error"])) {
      this.#end = "error";
      return this.#checkError(value["error"]);
    }
    this.#checkChunk(value);
  }

  end(): void {
    if (this.#end === undefined) this.#flaw("the stream has no end");
    if (this.#end !== "done") return;
    for (const [index, { finished }] of this.#choices) if (!finished) this.#flaw(`choice ${index} has no finish chunk`);
  }

  #checkError(error: JsonObject): void {
    for (const field of ["message", "type", "code", "param"]) {
      if (!(field in error)) this.#flaw(`the error has no ${field}`);
    }
  }

  #checkChunk(chunk: JsonObject): void {
    const { id, object, created, model, choices, usage } = chunk;
    this.#heads.add(JSON.stringify([id, object, created, model]));
    if (this.#heads.size > 1) this.#flaw("id, object, created or model changes");
    if (object !== "chat.completion.chunk") this.#flaw(`object is ${JSON.stringify(object)}`);
    if (!stringOf(id) || !stringOf(model) || typeof created !== "number") this.#flaw("id, model or created is missing");
    if (!isArray(choices)) return this.#flaw("choices is no array");
    if (usage !== undefined && usage !== null) {
      if (!this.#usageAsked) this.#flaw("usage was not asked for");
      if (choices.length > 0 || this.#usageSeen) this.#flaw("usage has no chunk of its own, or two");
      this.#usageSeen = true;
    } else if (this.#usageSeen && choices.length > 0) {
      this.#flaw("a choice follows the usage chunk");
    }
    for (const choice of choices) if (isObject(choice)) this.#checkChoice(choice);
  }

  #checkChoice(choice: JsonObject): void {
    const { index, delta, finish_reason: reason } = choice;
    if (typeof index !== "number" || !isObject(delta)) return this.#flaw("a choice has no index or no delta");
    const state = this.#choices.get(index) ?? { begun: false, finished: false, calls: 0, ids: new Set() };
    this.#choices.set(index, state);
    if ("role" in delta === state.begun) this.#flaw(`choice ${index} has its role not once and first`);
    state.begun = true;
    if (state.finished) this.#flaw(`choice ${index} goes on after its finish chunk`);
    if (delta["content"] !== undefined && typeof delta["content"] !== "string") this.#flaw("content is no string");
    if (isArray(delta["tool_calls"])) this.#checkCalls(delta["tool_calls"], state);
    if (reason === null) return;
    state.finished = true;
    if (typeof reason !== "string" || reason === "") this.#flaw(`finish_reason is ${JSON.stringify(reason)}`);
    if (Object.keys(delta).length > 0) this.#flaw("the finish chunk has a delta");
  }

  #checkCalls(calls: readonly JsonValue[], state: ChoiceState): void {
    for (const call of calls) {
      if (!isObject(call) || typeof call["index"] !== "number") return this.#flaw("a tool call has no index");
      const { index, id, type } = call;
      const body = isObject(call["custom"]) ? call["custom"] : call["function"];
      const hasName = isObject(body) && "name" in body;
      if (Number(index) === state.calls) {
        if (!stringOf(id) || !stringOf(type) || !hasName) this.#flaw(`call ${index} opens without id, type or name`);
        if (typeof id === "string" && state.ids.has(id)) this.#flaw(`call ${index} has the id of another`);
        if (typeof id === "string") state.ids.add(id);
        state.calls += 1;
      } else if (Number(index) > state.calls) this.#flaw(`call ${index} leaves a gap`);
      else if (id !== undefined || type !== undefined || hasName) this.#flaw(`call ${index} is named twice`);
    }
  }

  #flaw(text: string): void {
    this.flaws.push(text);
  }
}
