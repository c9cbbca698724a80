import type { JsonObject } from "../model/json.ts";
import type { Message, ReasoningDetail } from "../model/message.ts";
import type { InferenceRequest } from "../model/request.ts";
import type { InferenceResponse } from "../model/response.ts";
import type { ToolCall } from "../model/tool.ts";

/** What a model wants back of a turn that its client's dialect has no place for; nothing where one id came with several. */
interface Kept {
  readonly details?: readonly ReasoningDetail[] | undefined;
  /** Of the call itself, such as a thought signature. */
  readonly extra?: JsonObject | undefined;
  readonly bytes: number;
}

const BYTES_MAX = 16 * 1024 * 1024;
/** What an entry takes beside its texts. */
const ENTRY_BYTES = 256;

/**
 * Opaque reasoning by the id of the tool call that it led to. Clients send ids back, whatever their dialect loses, so
 * that a model gets its own reasoning again. The oldest goes when there is no room.
 */
export class ReasoningMemory {
  readonly #kept = new Map<string, Kept>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number = BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Keeps what an answer's tool calls came with. One caller's ids mean nothing to another; an id that came with
   * different things names none of them, since some servers count their calls from 0 in every conversation.
   */
  remember(caller: string, { choices }: InferenceResponse): void {
    for (const { toolCalls, reasoningDetails } of choices) {
      for (const call of toolCalls) this.#keep(keyOf(caller, call.id), reasoningDetails, signatureOf(call));
    }
  }

  /** The conversation with what was kept put back where it is missing. */
  restored(caller: string, request: InferenceRequest): InferenceRequest {
    const { messages } = request;
    if (messages === undefined || this.#kept.size === 0) return request;
    return { ...request, messages: messages.map((message) => this.#restoredTurn(caller, message)) };
  }

  #restoredTurn(caller: string, message: Message): Message {
    const { toolCalls = [], reasoningDetails } = message;
    if (toolCalls.length === 0) return message;
    const kept = toolCalls.map(({ id }) => this.#kept.get(keyOf(caller, id)));
    const details = reasoningDetails ?? kept.find((entry) => entry?.details !== undefined)?.details;
    return {
      ...message,
      toolCalls: toolCalls.map((call, index) => withExtra(call, kept[index]?.extra)),
      ...(details !== undefined && { reasoningDetails: details }),
    };
  }

  #keep(key: string, details: readonly ReasoningDetail[] | undefined, extra: JsonObject | undefined): void {
    if ((details === undefined || details.length === 0) && extra === undefined) return;
    const text = JSON.stringify([details, extra]);
    const known = this.#kept.get(key);
    const isAmbiguous = known !== undefined && JSON.stringify([known.details, known.extra]) !== text;
    const bytes = ENTRY_BYTES + 2 * (key.length + (isAmbiguous ? 0 : text.length));
    this.#forget(key);
    if (bytes > this.#bytesMax) return;
    this.#kept.set(key, isAmbiguous ? { bytes } : { details, extra, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

function keyOf(caller: string, callId: string): string {
  return `${caller}\n${callId}`;
}

function signatureOf({ extra }: ToolCall): JsonObject | undefined {
  const content = extra?.["extra_content"];
  return content === undefined ? undefined : { extra_content: content };
}

function withExtra(call: ToolCall, kept: JsonObject | undefined): ToolCall {
  return kept === undefined ? call : { ...call, extra: { ...kept, ...call.extra } };
}
