import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** A model of the simulator, and what it can be asked. */
export interface SimulatedModel {
  readonly id: string;
  readonly answers: "text" | "vectors";
  /** It shows its reasoning before it answers. */
  readonly reasons: boolean;
}

const MODELS: readonly SimulatedModel[] = [
  { id: "sim-chat", answers: "text", reasons: false },
  { id: "sim-reasoner", answers: "text", reasons: true },
  { id: "sim-embed", answers: "vectors", reasons: false },
];

/** The most tokens of a prompt, and of one text to embed. */
export const CONTEXT_TOKENS = 131_072;
/** The most tokens of one answer, whatever was asked for. */
export const OUTPUT_TOKENS_MAX = 16_384;

/** The list of models as the dialect has it. */
export function listedModels(): JsonObject {
  return { object: "list", data: MODELS.map(listedModel) };
}

/** One entry of the list. */
export function listedModel({ id, answers }: SimulatedModel): JsonObject {
  return {
    id,
    object: "model",
    created: 0,
    owned_by: "simulator",
    context_length: CONTEXT_TOKENS,
    ...(answers === "text" && { max_output_tokens: OUTPUT_TOKENS_MAX }),
  };
}

/** The model of that id, or why there is none. */
export function modelOf(id: string): SimulatedModel | Failure {
  const model = MODELS.find((known) => known.id === id);
  if (model !== undefined) return model;
  const known = MODELS.map((one) => one.id).join(", ");
  return failureOf(
    "model_not_found",
    `The model ${JSON.stringify(id.slice(0, 200))} does not exist. There are ${known}.`,
  );
}

/** The model of that id, if it gives what is asked for. */
export function modelFor(id: string, answers: SimulatedModel["answers"]): SimulatedModel | Failure {
  const model = modelOf(id);
  if ("kind" in model || model.answers === answers) return model;
  const other = MODELS.find((known) => known.answers === answers)?.id ?? "";
  return failureOf("unsupported", `${id} does not give ${answers}: ask ${other}.`, { param: "model" });
}
