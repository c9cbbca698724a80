import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { DEFAULT_LIMITS } from "../../model/limits.ts";
import type { Observation } from "../../model/observation.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { failureOf } from "../failure/kinds.ts";
import { objectsOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { failureOfFinishReason, strongerReason } from "./finish-reasons.ts";
import { UsageReader } from "./usage.ts";

/** Whether a choice of a chunk holds content, in one dialect. */
export type HasContent = (choice: JsonObject) => boolean;

/** What is known of an answer whose chunks pass by: not its text, but whether there is one and how it ended. */
export class PassingAnswer {
  readonly #hasContent: HasContent;
  readonly #usageReader: UsageReader;
  readonly #unfinished = new Set<number>();
  readonly #finished = new Set<number>();
  #content = false;
  #model: string | undefined;
  #usage: TokenUsage | undefined;
  #rawFinishReason: string | null = null;

  constructor(hasContent: HasContent, options: { readonly costField: string | undefined }) {
    this.#hasContent = hasContent;
    this.#usageReader = new UsageReader(options);
  }

  /** Text, reasoning, a refusal, a tool call or a finish has been seen. */
  get content(): boolean {
    return this.#content;
  }

  /** Every choice that began has given its reason to end. */
  get finished(): boolean {
    return this.#finished.size > 0 && this.#unfinished.size === 0;
  }

  get known(): Pick<Observation, "usage" | "model" | "rawFinishReason"> {
    return {
      ...(this.#usage && { usage: this.#usage }),
      ...(this.#model !== undefined && { model: this.#model }),
      ...(this.#rawFinishReason !== null && { rawFinishReason: this.#rawFinishReason }),
    };
  }

  /** Takes note of a chunk. Gives what is wrong with it, and else whether it holds a piece of the answer. */
  read(chunk: JsonObject): Failure | { readonly content: boolean } {
    if (this.#model === undefined && typeof chunk["model"] === "string" && chunk["model"] !== "") {
      this.#model = chunk["model"];
    }
    const usage = this.#usageReader.read(chunk);
    if (usage) this.#usage = usage;
    let content = false;
    for (const choice of choicesOf(chunk)) {
      if (this.#hasContent(choice)) content = this.#content = true;
      const failure = this.#readChoice(choice);
      if (failure) return failure;
    }
    return { content };
  }

  #readChoice(choice: JsonObject): Failure | undefined {
    const index = typeof choice["index"] === "number" ? choice["index"] : 0;
    if (!this.#finished.has(index)) this.#unfinished.add(index);
    if (this.#unfinished.size + this.#finished.size > DEFAULT_LIMITS.choices) {
      return failureOf("protocol", `The model server sent more than ${DEFAULT_LIMITS.choices} choices`);
    }
    const raw = finishWord(choice["finish_reason"]) ?? finishWord(choice["finishReason"]);
    if (raw === undefined) return undefined;
    const failure = failureOfFinishReason(raw);
    if (failure) return failure;
    this.#content = true;
    this.#unfinished.delete(index);
    this.#finished.add(index);
    if (index === 0) this.#rawFinishReason = strongerReason(this.#rawFinishReason, raw);
    return undefined;
  }
}

/** The choices of a chunk that are ones. */
export function choicesOf({ choices }: JsonObject): readonly JsonObject[] {
  return objectsOf(choices);
}

function finishWord(value: JsonField): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
