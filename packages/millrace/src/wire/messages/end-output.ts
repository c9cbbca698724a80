import type { JsonObject } from "../../model/json.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { TokenUsage } from "../../model/usage.ts";
import { present } from "../failure/present.ts";
import { stringOf } from "../json/read.ts";
import { stopReason } from "./stop-reason.ts";
import type { WireEvent } from "./types.ts";
import { wireUsage } from "./usage.ts";

type ChoiceFinish = Extract<StreamEvent, { type: "choice-finish" }>;

/** How fast an answer was, by OpenAI's words. */
const TIERS: Readonly<Record<string, string>> = {
  default: "standard",
  standard: "standard",
  priority: "priority",
  batch: "batch",
};

/** What is said of an answer when it is over. */
export class EndOutput {
  #finish: Pick<ChoiceFinish, "reason" | "rawReason" | "stopSequence"> = { reason: "unknown", rawReason: null };
  #refusal: string | undefined;
  #details: JsonObject | undefined;
  #about: JsonObject = {};

  finish(finish: ChoiceFinish): void {
    this.#finish = finish;
  }

  refused(text: string): void {
    this.#refusal = (this.#refusal ?? "") + text;
  }

  /** The server's own account of a refusal. */
  detail(details: JsonObject): void {
    this.#details = details;
  }

  about(fields: JsonObject): void {
    this.#about = { ...this.#about, ...fields };
  }

  event(usage: TokenUsage | undefined): WireEvent {
    const { stopSequence = null } = this.#finish;
    const { container, context_management: edits, service_tier: tier } = this.#about;
    const served = TIERS[stringOf(tier) ?? ""];
    return {
      type: "message_delta",
      delta: {
        stop_reason: stopReason({ ...this.#finish, refused: this.#refusal !== undefined }),
        stop_sequence: stopSequence,
        ...present({ stop_details: this.#stopDetails(), container }),
      },
      usage: { ...wireUsage(usage), ...present({ service_tier: served }) },
      ...present({ context_management: edits }),
    };
  }

  #stopDetails(): JsonObject | undefined {
    if (this.#details !== undefined || this.#refusal === undefined) return this.#details;
    return { type: "refusal", category: null, explanation: this.#refusal };
  }
}
