import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { timeText } from "./answer-form.ts";
import { capabilityWords } from "./model-capabilities.ts";
import { readModelName } from "./model-name.ts";

/** What is told of a model. */
export interface ListedModel {
  readonly name: string;
  /** Seconds since the epoch, or 0. */
  readonly createdSec: number;
  /** 64 hexadecimal digits, of which readers show the first twelve. */
  readonly digest: string;
  /** Tokens of a conversation. */
  readonly contextLength?: number;
  /** In the words of `/v1/models`; absent where nobody knows. */
  readonly capabilities?: readonly string[];
}

/**
 * The version of Ollama that clients may take us for. VS Code wants 0.6.4, and Codex 0.13.4 for Responses; since 0.14 an
 * Ollama serves Anthropic's dialect too. What this one names is served here, and nothing that came later is promised.
 */
const VERSION = "0.14.0";

/** When a model is let go of that stays as long as its server likes. */
const NEVER = "9999-12-31T23:59:59Z";

/** `GET /api/version`. */
export function encodeVersion(): JsonObject {
  return { version: VERSION };
}

/** `GET /api/tags`. */
export function encodeTags(models: readonly ListedModel[]): JsonObject {
  return {
    models: models.map((model) => ({
      ...headOf(model),
      modified_at: timeText(model.createdSec),
      capabilities: capabilityWords(model),
    })),
  };
}

/** `GET /api/ps`, given those that are loaded. */
export function encodeProcesses(models: readonly ListedModel[]): JsonObject {
  return {
    models: models.map((model) => ({
      ...headOf(model),
      expires_at: NEVER,
      size_vram: 0,
      ...present({ context_length: model.contextLength }),
    })),
  };
}

/** `POST /api/show`. The architecture is what the size of the context is found by. */
export function encodeShow(model: ListedModel): JsonObject {
  const { name, contextLength, createdSec } = model;
  const { family, parameters } = readModelName(name);
  return {
    parameters: contextLength === undefined ? "" : `num_ctx ${contextLength}`,
    template: "{{ .Prompt }}",
    details: detailsOf(model),
    model_info: {
      "general.architecture": family,
      "general.basename": name,
      ...present({ "general.parameter_count": parameters, [`${family}.context_length`]: contextLength }),
    },
    capabilities: capabilityWords(model),
    modified_at: timeText(createdSec),
  };
}

/** Nobody knows how large it is. */
function headOf(model: ListedModel): JsonObject {
  const { name, digest } = model;
  return { name, model: name, size: 0, digest, details: detailsOf(model) };
}

function detailsOf({ name, contextLength }: ListedModel): JsonObject {
  const { family, parameterSize, quantization } = readModelName(name);
  return {
    parent_model: "",
    format: "",
    family,
    families: [family],
    parameter_size: parameterSize,
    quantization_level: quantization,
    ...present({ context_length: contextLength }),
  };
}

/** The lines that a model is fetched with, where it is there already. */
export const PULLED: readonly JsonObject[] = [{ status: "pulling manifest" }, { status: "success" }];
