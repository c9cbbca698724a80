import type { JsonObject, JsonValue } from "../../model/json.ts";
import { parseJson } from "../json/parse.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import type { Block, WireEvent } from "./types.ts";

type Handler = (event: WireEvent) => void;

/** Adds the events of a stream up to one message, as its clients do. */
export class MessageFold {
  #message: JsonObject = {};
  readonly #content: Block[] = [];
  #arguments = "";

  get message(): JsonObject {
    return { ...this.#message, content: this.#content };
  }

  readonly add = (event: WireEvent): void => this.#handlers[event.type]?.(event);

  readonly #handlers: Readonly<Record<string, Handler>> = {
    message_start: ({ message }) => {
      this.#message = objectOf(message) ?? {};
    },
    content_block_start: ({ content_block: block }) => {
      this.#content.push(objectOf(block) ?? {});
      this.#arguments = "";
    },
    content_block_delta: ({ delta }) => this.#grow(objectOf(delta) ?? {}),
    content_block_stop: () => {
      if (this.#last["type"] === "tool_use") this.#put({ input: inputOf(this.#arguments) });
    },
    message_delta: ({ type: _type, delta, usage, ...more }) => {
      this.#message = { ...this.#message, ...objectOf(delta), usage: objectOf(usage), ...more };
    },
  };

  get #last(): Block {
    return this.#content.at(-1) ?? {};
  }

  #put(fields: JsonObject): void {
    this.#content[this.#content.length - 1] = { ...this.#last, ...fields };
  }

  #grow(delta: JsonObject): void {
    const last = this.#last;
    const deltas: Readonly<Record<string, () => void>> = {
      text_delta: () => this.#put({ text: joined(last["text"], delta["text"]) }),
      thinking_delta: () => this.#put({ thinking: joined(last["thinking"], delta["thinking"]) }),
      signature_delta: () => this.#put({ signature: stringOf(delta["signature"]) }),
      citations_delta: () => this.#put({ citations: [...arrayOf(last["citations"]), delta["citation"] ?? null] }),
      input_json_delta: () => {
        this.#arguments += stringOf(delta["partial_json"]) ?? "";
      },
    };
    deltas[stringOf(delta["type"]) ?? ""]?.();
  }
}

function joined(a: JsonObject[string], b: JsonObject[string]): string {
  return (stringOf(a) ?? "") + (stringOf(b) ?? "");
}

/** Arguments that are no JSON, or a text in it, stay as they were written. */
function inputOf(text: string): JsonValue {
  if (text.trim() === "") return {};
  const parsed = parseJson(text);
  return parsed.ok && !parsed.trailing && typeof parsed.value !== "string" ? parsed.value : text;
}
