import type { JsonObject, JsonValue } from "../../model/json.ts";
import { AnswerReader } from "../assembly/answer-reader.ts";
import { otherFields } from "../assembly/field-set.ts";
import { failureOfFinishReason, finishReasonOf } from "../assembly/finish-reasons.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { present } from "../failure/present.ts";
import { arrayOf, objectOf, stringOf } from "../json/read.ts";
import { callsOf } from "./call-pairing.ts";
import { METRICS, readUsage } from "./metrics.ts";
import { readCall } from "./tool-calls.ts";
import type { WireMessage, WireReply } from "./types.ts";

/** Fields of a reply that have a name in the model, or say nothing. `context` is of `/api/generate`, and deprecated. */
const KNOWN: ReadonlySet<string> = new Set([
  ...METRICS,
  "model",
  "created_at",
  "message",
  "response",
  "thinking",
  "tool_calls",
  "logprobs",
  "done",
  "done_reason",
  "context",
]);

/** What servers mean that say only that it is over. */
const USUAL_END = "stop";

/** Puts an answer together from the lines of a reply, or from the one document of a whole one. */
export class OllamaAnswerReader extends AnswerReader {
  #over = false;

  override get finished(): boolean {
    return this.#over;
  }

  override get over(): boolean {
    return this.#over;
  }

  addChunk(chunk: JsonObject): void {
    const reply: WireReply = chunk;
    this.answer.about(aboutOf(reply));
    this.#addMessage(messageOf(reply));
    const logprobs = arrayOf(reply.logprobs);
    if (logprobs.length > 0) this.answer.logprobs({ content: logprobs });
    if (reply.done === true) this.#end(reply);
  }

  addWhole(document: JsonObject): void {
    this.addChunk({ ...document, done: true });
  }

  #addMessage(message: WireMessage): void {
    this.answer.reasoning(stringOf(message.thinking) ?? "");
    this.answer.text(stringOf(message.content) ?? "");
    // Calls come whole. For long every one of them had the index 0.
    for (const call of callsOf(message)) {
      const { id, name, text } = readCall(call);
      const index = this.answer.callCount();
      this.answer.toolCall({ index, id, name, arguments: text });
      this.answer.endToolCall(index);
    }
  }

  #end(reply: WireReply): void {
    const raw = stringOf(reply.done_reason) || USUAL_END;
    const failure = failureOfFinishReason(raw);
    if (failure !== undefined) throw new ReplyFault(failure);
    const usage = readUsage(reply);
    if (usage !== undefined) this.answer.usage(usage);
    const others = otherFields(reply, KNOWN);
    if (others !== undefined) this.answer.fields(others);
    this.answer.finish({ reason: finishReasonOf(raw), raw });
    this.#over = true;
  }
}

/** What a line says; `/api/generate` has the same things in other places. */
export function messageOf(reply: WireReply): WireMessage {
  const { response, thinking, tool_calls: calls } = reply;
  return objectOf(reply.message) ?? present({ content: response, thinking, tool_calls: calls });
}

function aboutOf(reply: WireReply): { readonly model?: string; readonly created?: number } {
  const created = Math.floor(Date.parse(stringOf(reply.created_at) ?? "") / 1000);
  return present({ model: stringOf(reply.model), created: created > 0 ? created : undefined });
}

/** Whether a value is a line of a stream or a whole reply. */
export function isReply(value: JsonValue): value is JsonObject {
  const { done, message, response }: WireReply = objectOf(value) ?? {};
  return typeof done === "boolean" || objectOf(message) !== undefined || typeof response === "string";
}
