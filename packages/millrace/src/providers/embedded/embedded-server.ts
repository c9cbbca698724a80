import type { Clock } from "../../model/clock.ts";
import { providerError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { stringOf } from "../../wire/json/read.ts";
import type { EmbeddedCall } from "./embedded-call.ts";
import type { ModelKeeper, ModelUse } from "./model-keeper.ts";
import type { Slots } from "./slots.ts";

/** What answers requests: one model, and places at it. */
export interface EmbeddedServer {
  readonly modelId: string;
  /** The most tokens of one conversation, as far as is known before the model is loaded. */
  readonly contextTokens: number;
  readonly clock: Clock;
  readonly keeper: ModelKeeper;
  readonly slots: Slots;
}

export interface EmbeddedRequest {
  /** Unique. */
  readonly id: string;
  readonly body: JsonObject;
}

/** Answers one request. What it throws is what the call ends with. */
export type Handler = (call: EmbeddedCall, request: EmbeddedRequest, server: EmbeddedServer) => Promise<void>;

/** Runs work on the loaded model, at a place of its own. */
export async function atModel(
  { keeper, slots }: EmbeddedServer,
  { left }: EmbeddedCall,
  work: (use: ModelUse) => Promise<void>,
): Promise<void> {
  const use = await keeper.use();
  try {
    await slots.take(left);
    try {
      await work(use);
    } finally {
      slots.free();
    }
  } finally {
    use.release();
  }
}

/** @throws {ProviderError} where another model is asked for */
export function checkAsked({ modelId }: EmbeddedServer, { body }: EmbeddedRequest): void {
  const asked = stringOf(body["model"]) ?? "";
  if (asked === modelId) return;
  const message = `The model ${JSON.stringify(asked.slice(0, 200))} does not exist. There is ${modelId}.`;
  throw providerError(failureOf("model_not_found", message, { param: "model" }));
}
