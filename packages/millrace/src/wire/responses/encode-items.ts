import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message, Role } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { failureSaid, saidToFail } from "../translation/failed-result.ts";
import { CallIds } from "./call-ids.ts";
import { encodeInputPart, encodeOutputPart } from "./content-parts.ts";
import { isItem } from "./decode-items.ts";
import { ownItemsIn } from "./reasoning-items.ts";
import type { ResponsesRules } from "./rules.ts";
import type { Item } from "./types.ts";

export interface EncodedItems {
  readonly instructions?: string;
  readonly input: readonly Item[];
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
}

/** Writes turns as items. Instructions that come first, as text, stand `apart` from them, unless they shall not. */
export function encodeItems(messages: readonly Message[], rules: ResponsesRules, apart: boolean): EncodedItems {
  const [first] = messages;
  const instructions = apart && first?.role === "system" && isPlain(first) ? first.content : undefined;
  const encoder = new ItemEncoder(rules);
  for (const [index, message] of messages.entries()) {
    if (index > 0 || instructions === undefined) encoder.add(message, `messages[${index}]`);
  }
  return { ...(instructions !== undefined && { instructions }), ...encoder.done() };
}

function isPlain(message: Message): message is Message & { readonly content: string } {
  return typeof message.content === "string" && message.name === undefined && message.extra === undefined;
}

type Writers = { readonly [K in Role]: (message: Message, path: string) => void };

class ItemEncoder {
  readonly #rules: ResponsesRules;
  readonly #items: Item[] = [];
  readonly #ids = new CallIds();
  readonly #customCalls = new Set<string>();
  readonly #account = new EncodingAccount();

  constructor(rules: ResponsesRules) {
    this.#rules = rules;
  }

  add(message: Message, path: string): void {
    if (message.name !== undefined) this.#account.drop(`${path}.name`, "speakers have no names here");
    const marked = message.cacheControl !== undefined || partsIn(message).some((part) => "cacheControl" in part);
    if (marked) this.#account.dropOnce("cache_control", "the server caches on its own");
    // A role that has no name in the model is for the target to judge.
    const write = Object.hasOwn(this.#writers, message.role) ? this.#writers[message.role] : this.#writers.user;
    write(message, path);
  }

  done(): Pick<EncodedItems, "input" | "changes" | "refusal"> {
    const { changes, refusal } = this.#account;
    return { input: this.#items, changes: [...changes, ...this.#ids.changes], ...(refusal && { refusal }) };
  }

  readonly #spoken = (message: Message, path: string): void => {
    const { role, content, extra } = message;
    const written = typeof content === "string" ? content : this.#parts(content ?? [], path, encodeInputPart);
    this.#items.push({ type: "message", role, content: written, ...extra });
  };

  readonly #writers: Writers = {
    system: this.#spoken,
    developer: this.#spoken,
    user: this.#spoken,
    assistant: (message, path) => {
      this.#reasoning(message);
      this.#answer(message, path);
      for (const call of message.toolCalls ?? []) this.#call(call);
    },
    tool: ({ toolCallId = "", content: given, isError, extra }, path) => {
      const content = isError === true ? saidToFail(given) : given;
      if (content !== given) this.#account.report(failureSaid(path));
      const output = typeof content === "string" ? content : this.#parts(content ?? [], path, encodeInputPart);
      const type = this.#customCalls.has(toolCallId) ? "custom_tool_call_output" : "function_call_output";
      this.#items.push({ type, call_id: this.#ids.of(toolCallId), output, ...extra });
    },
  };

  #reasoning({ reasoning, reasoningDetails = [] }: Message): void {
    const own = ownItemsIn(reasoningDetails);
    this.#items.push(...own);
    if (own.length < reasoningDetails.length) this.#account.dropOnce("reasoning_details", "they are another model's");
    if (own.length > 0 || reasoning === undefined || reasoning === "") return;
    if (!this.#rules.readableReasoning) {
      if (reasoningDetails.length === 0)
        this.#account.dropOnce("reasoning_content", "only encrypted reasoning is taken back");
      return;
    }
    this.#items.push({ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: reasoning }] });
  }

  #answer({ content, refusal, extra }: Message, path: string): void {
    const text: readonly ContentPart[] =
      typeof content === "string" ? (content === "" ? [] : [{ type: "text", text: content }]) : (content ?? []);
    const all: readonly ContentPart[] = refusal === undefined ? text : [...text, { type: "refusal", refusal }];
    let said: JsonObject[] = [];
    const speak = (): void => {
      if (said.length > 0) this.#items.push({ type: "message", role: "assistant", content: said, ...extra });
      said = [];
    };
    for (const [index, part] of all.entries()) {
      if (isItem(part)) {
        speak();
        this.#items.push(part.raw);
      } else {
        said.push(...this.#part(part, `${path}.content[${index}]`, encodeOutputPart));
      }
    }
    speak();
  }

  #call(call: ToolCall): void {
    const known = { call_id: this.#ids.of(call.id), name: call.name };
    // What other dialects keep beside a call has no place here.
    const { extra_content: _signature, index: _position, ...extra } = call.extra ?? {};
    if (call.type === "custom") {
      this.#customCalls.add(call.id);
      this.#items.push({ type: "custom_tool_call", ...known, input: call.arguments, ...extra });
    } else {
      this.#items.push({ type: "function_call", ...known, arguments: call.arguments, ...extra });
    }
  }

  #parts(
    parts: readonly ContentPart[],
    path: string,
    encode: (part: ContentPart) => JsonObject | undefined,
  ): readonly JsonObject[] {
    return parts.flatMap((part, index) => this.#part(part, `${path}.content[${index}]`, encode));
  }

  #part(
    part: ContentPart,
    param: string,
    encode: (part: ContentPart) => JsonObject | undefined,
  ): readonly JsonObject[] {
    const written = encode(part);
    if (written !== undefined) return [written];
    this.#account.refuse(param, `\`${param}\`: an answer of this dialect cannot hold ${part.type}`);
    return [];
  }
}

function partsIn({ content }: Message): readonly ContentPart[] {
  return typeof content === "string" || content === null ? [] : content;
}
