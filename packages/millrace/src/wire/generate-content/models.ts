import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { modelName } from "./model-path.ts";

/** A model as its clients are told of it. */
export interface ListedModel {
  readonly id: string;
  /** For people; the id where there is none. */
  readonly name?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** What it can be asked; everything where that is not known. */
  readonly methods?: readonly string[];
}

const METHODS = ["generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"];

/** One model. Clients take the id from behind `models/`. */
export function encodeModel({ id, name, inputTokens, outputTokens, methods = METHODS }: ListedModel): JsonObject {
  return {
    name: modelName(id),
    displayName: name ?? id,
    ...present({ inputTokenLimit: inputTokens, outputTokenLimit: outputTokens }),
    supportedGenerationMethods: methods,
  };
}

/** All of them, as one page. */
export function encodeModelList(models: readonly ListedModel[]): JsonObject {
  return { models: models.map(encodeModel) };
}
