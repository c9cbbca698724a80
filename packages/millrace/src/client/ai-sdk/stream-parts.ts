import type { LanguageModelV3StreamPart } from "@ai-sdk/provider";
import type { StreamEvent } from "../../model/stream-event.ts";
import { sdkFinishReason, sdkMetadata, sdkToolCall, sdkUsage } from "./answer.ts";

/** The parts that version 3 and version 4 have in common: the only ones sent. */
export type SdkStreamPart = Exclude<LanguageModelV3StreamPart, { type: "file" }>;

type BlockKind = "text" | "reasoning";
type Handlers = {
  readonly [K in StreamEvent["type"]]?: (event: Extract<StreamEvent, { type: K }>) => readonly SdkStreamPart[];
};

/**
 * Turns stream events into the SDK's stream parts. The SDK has one choice, so events of other choices
 * are left out. Text and reasoning become blocks: a new one opens whenever the kind changes.
 */
export class StreamPartTranslator {
  #open: { readonly kind: BlockKind; readonly id: string } | undefined;
  #blocks = 0;
  readonly #callIds: string[] = [];

  translate(event: StreamEvent): readonly SdkStreamPart[] {
    if ("choice" in event && event.choice !== undefined && event.choice !== 0) return [];
    return this.#dispatch(event);
  }

  readonly #handlers: Handlers = {
    start: ({ id, model, created }) => [
      {
        type: "response-metadata",
        id,
        modelId: model,
        ...(created === undefined ? {} : { timestamp: new Date(created * 1000) }),
      },
    ],
    "text-delta": ({ text }) => this.#block("text", text),
    "refusal-delta": ({ text }) => this.#block("text", text),
    "reasoning-delta": ({ text }) => this.#block("reasoning", text),
    "tool-call-start": ({ index, id, name }) => {
      this.#callIds[index] = id;
      return [...this.#close(), { type: "tool-input-start", id, toolName: name }];
    },
    "tool-call-delta": ({ index, text }) => [{ type: "tool-input-delta", id: this.#callIds[index] ?? "", delta: text }],
    "tool-call-end": ({ call }) => {
      const end: SdkStreamPart = { type: "tool-input-end", id: call.id };
      // A call that was cut off must never be run; the finish reason tells why it is missing.
      return call.problem === "incomplete" ? [end] : [end, sdkToolCall(call)];
    },
    finish: ({ response }) => [
      ...this.#close(),
      {
        type: "finish",
        finishReason: sdkFinishReason(response.finishReason, response.choices[0]?.rawFinishReason ?? null),
        usage: sdkUsage(response.usage),
        ...(response.extra === undefined ? {} : { providerMetadata: sdkMetadata(response.extra) }),
      },
    ],
  };

  #dispatch<K extends StreamEvent["type"]>(event: Extract<StreamEvent, { type: K }>): readonly SdkStreamPart[] {
    const handler = this.#handlers[event.type];
    return handler?.(event) ?? [];
  }

  #block(kind: BlockKind, delta: string): readonly SdkStreamPart[] {
    const opening: SdkStreamPart[] = [];
    if (this.#open?.kind !== kind) {
      opening.push(...this.#close());
      this.#open = { kind, id: String(this.#blocks++) };
      opening.push({ type: `${kind}-start`, id: this.#open.id });
    }
    return [...opening, { type: `${kind}-delta`, id: this.#open.id, delta }];
  }

  #close(): readonly SdkStreamPart[] {
    if (!this.#open) return [];
    const { kind, id } = this.#open;
    this.#open = undefined;
    return [{ type: `${kind}-end`, id }];
  }
}
