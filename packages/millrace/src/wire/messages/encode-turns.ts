import type { JsonObject } from "../../model/json.ts";
import type { Message, ReasoningDetail } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { present } from "../failure/present.ts";
import { argumentsObject } from "../translation/call-arguments.ts";
import { partsOf } from "../translation/conversation.ts";
import { functionCallOf } from "../translation/custom-tools.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { encodeParts } from "./encode-parts.ts";
import type { PartEncoding } from "./encode-parts.ts";
import { blockOfDetail } from "./reasoning-blocks.ts";
import type { MessagesRules } from "./rules.ts";
import { ToolIds } from "./tool-ids.ts";
import { TurnList } from "./turn-list.ts";
import type { Block, WireTurn } from "./types.ts";

export interface TurnEncoding {
  readonly account: EncodingAccount;
  readonly rules: MessagesRules;
  readonly translated: boolean;
}

/** A message of the model's, with its place among all of them. */
export interface PlacedMessage {
  readonly message: Message;
  readonly index: number;
}

/** Writes the turns of a conversation: the user's and the assistant's in alternation, results before all else. */
export class TurnEncoder {
  readonly #options: TurnEncoding;
  readonly #ids = new ToolIds();
  readonly #turns = new TurnList();

  constructor(options: TurnEncoding) {
    this.#options = options;
  }

  encode(messages: readonly PlacedMessage[]): readonly WireTurn[] {
    for (const { message, index } of messages) this.#add(message, `messages[${index}]`);
    const { turns, trimmed } = this.#turns.done();
    if (trimmed)
      this.#options.account.replaceOnce("messages", "no white space at the end", "the server takes none there");
    return turns;
  }

  #add(message: Message, path: string): void {
    const { account } = this.#options;
    if (message.name !== undefined) account.dropOnce(`${path}.name`, "the server's dialect names no speakers");
    const extra = message.extra ?? {};
    if (message.role === "assistant") this.#turns.add("assistant", this.#assistant(message, path), extra);
    else if (message.role === "tool") this.#turns.add("user", [this.#result(message, path)]);
    else {
      const isSystem = message.role !== "user" && this.#options.rules.systemTurns;
      this.#turns.add(isSystem ? "system" : "user", encodeParts(partsOf(message), this.#at(path)), extra);
    }
  }

  #assistant(message: Message, path: string): readonly Block[] {
    const { reasoning = "", reasoningDetails = [], toolCalls = [], refusal = "", cacheControl } = message;
    const said = encodeParts(partsOf(message), this.#at(path));
    const refused = said.length === 0 && refusal.trim() !== "" ? [{ type: "text", text: refusal }] : [];
    const calls = toolCalls.map((call, index) => this.#call(call, `${path}.tool_calls[${index}]`));
    return [...this.#reasoning(reasoning, reasoningDetails), ...said, ...refused, ...marked(calls, cacheControl)];
  }

  #reasoning(text: string, details: readonly ReasoningDetail[]): readonly Block[] {
    const { account, rules } = this.#options;
    const own = details.map(blockOfDetail).filter((block) => block !== undefined);
    if (own.length < details.length) account.dropOnce("reasoning_details", "they are another model's");
    if (text !== "" && details.length === 0 && !rules.readableReasoning) {
      account.dropOnce("reasoning_content", "the server takes only signed reasoning back");
    }
    if (own.length > 0 || text.trim() === "") return own;
    if (!rules.readableReasoning) {
      account.dropOnce("reasoning_content", "the server takes only its own models' reasoning back");
      return own;
    }
    return [{ type: "thinking", thinking: text, signature: "" }];
  }

  #call(given: ToolCall, path: string): Block {
    const { extra_content: _signature, index: _position, ...extra } = given.extra ?? {};
    const call = functionCallOf(given);
    return {
      ...extra,
      type: "tool_use",
      id: this.#told(call.id, this.#ids.ofCall(call.id), `${path}.id`),
      name: call.name,
      input: this.#input(call, path),
    };
  }

  #input(call: ToolCall, path: string): JsonObject {
    const input = call.input ?? argumentsObject(call.arguments);
    if (input !== undefined) return input;
    this.#options.account.replaceOnce(`${path}.function.arguments`, "an object", "the server takes only objects");
    return { input: call.arguments };
  }

  #result(message: Message, path: string): Block {
    const { toolCallId = "", isError, cacheControl, extra, content } = message;
    const blocks = typeof content === "string" ? content : encodeParts(content ?? [], this.#at(path));
    return {
      ...extra,
      type: "tool_result",
      tool_use_id: this.#told(toolCallId, this.#ids.ofResult(toolCallId), `${path}.tool_call_id`),
      ...(blocks.length > 0 && { content: blocks }),
      ...present({ is_error: isError, cache_control: cacheControl }),
    };
  }

  #told(given: string, id: string, path: string): string {
    if (id !== given)
      this.#options.account.replaceOnce(
        path,
        "an id in the server's form",
        "the server takes plain ids, and each of them once",
      );
    return id;
  }

  #at(path: string): PartEncoding {
    const { account, translated } = this.#options;
    return { account, translated, path: `${path}.content` };
  }
}

/** A mark on a message stands on its last call. */
function marked(calls: readonly Block[], mark: JsonObject | undefined): readonly Block[] {
  const last = calls.at(-1);
  return last === undefined || mark === undefined ? calls : [...calls.slice(0, -1), { ...last, cache_control: mark }];
}
