import { GOOGLE_THINKING } from "./thinking-rules.ts";
import type { ThinkingRule } from "./thinking-rules.ts";

/** What a server of the Gemini dialect takes that differs from another's. Plain data; profiles are records of these. */
export interface GenerateContentRules {
  /** Below the base URL; `{model}` stands for the model's id, with `models/` or `tunedModels/` before it where it has none. */
  readonly modelPath: string;
  /** Whether a bare model id gets `models/` before it in the path. */
  readonly modelPrefix: boolean;
  /** Whether calls and their results may carry ids. */
  readonly callIds: boolean;
  /** Whether a file or an image may be named by any http URL, to be fetched by the server. */
  readonly httpFiles: boolean;
  /** Whether data may have a name. */
  readonly displayNames: boolean;
  /** Whether `serviceTier` is understood. */
  readonly serviceTier: boolean;
  /** How models are told how much to think: the first entry whose prefix the model's id has. */
  readonly thinking: readonly ThinkingRule[];
  /** Models that take penalties; the others refuse a request with one. */
  readonly penaltyModels: ModelFamily;
  /** Models that refuse an earlier call without a thought signature. */
  readonly signedCallModels: ModelFamily;
  /** What stands in for the signature of a call that another model made. */
  readonly substituteSignature: string;
  /** Models that take images among the results of a tool; for others they follow as the user's. */
  readonly mediaResultModels: ModelFamily;
  /** Models that refuse a limit above `wholeAnswerTokens` where the answer is not streamed. */
  readonly longAnswerModels: ModelFamily;
  readonly wholeAnswerTokens: number;
  /** Models that refuse a conversation whose last word is their own: they begin no answer where another ended. */
  readonly freshAnswerModels: ModelFamily;
  /** Models that take no instructions: these stand before what the user says first. */
  readonly uninstructedModels: ModelFamily;
  /** Models that refuse to give several answers. */
  readonly oneAnswerModels: ModelFamily;
  /** Models that refuse to tell log probabilities. */
  readonly unscoredModels: ModelFamily;
  /** Whether a question for the number of tokens holds a whole request, not its contents alone. */
  readonly countsWholeRequests: boolean;
  /** Top-level fields, and those of `generationConfig` as `generationConfig.seed`, that the server refuses. */
  readonly refusedFields: readonly string[];
}

/** Models by how their ids begin; the longest beginning that fits decides. */
export interface ModelFamily {
  readonly of: readonly string[];
  /** Those that are none of them. */
  readonly except: readonly string[];
}

/** Every Gemini model but the early ones: an id that nobody knows yet is of a newer model. */
const SINCE_GEMINI_3: ModelFamily = {
  of: ["gemini-"],
  except: ["gemini-1.", "gemini-2.", "gemini-robotics-er-1.5"],
};

const NONE: ModelFamily = { of: [], except: [] };

/** Google's Gemini API. */
export const GEMINI_RULES: GenerateContentRules = {
  modelPath: "/{model}",
  modelPrefix: true,
  callIds: true,
  httpFiles: true,
  displayNames: false,
  serviceTier: true,
  thinking: GOOGLE_THINKING,
  penaltyModels: { of: ["gemini-1.", "gemini-2.0"], except: [] },
  signedCallModels: SINCE_GEMINI_3,
  substituteSignature: "skip_thought_signature_validator",
  mediaResultModels: SINCE_GEMINI_3,
  // https://ai.google.dev/gemini-api/docs/generate-content/long-decode
  longAnswerModels: { of: ["gemini-"], except: [...SINCE_GEMINI_3.except, "gemini-3"] },
  wholeAnswerTokens: 32_768,
  // LibreChat-AI/agents#323 has which do.
  freshAnswerModels: {
    of: ["gemini-3.5-flash-lite", "gemini-"],
    except: [...SINCE_GEMINI_3.except, "gemini-3-", "gemini-3.1-", "gemini-3.5-flash", "gemini-pro-latest"],
  },
  uninstructedModels: { of: ["gemma-3"], except: [] },
  // googleapis/js-genai#1609: not so on Vertex.
  oneAnswerModels: SINCE_GEMINI_3,
  unscoredModels: SINCE_GEMINI_3,
  countsWholeRequests: true,
  refusedFields: ["labels"],
};

/** Gemini models on Vertex AI; the base URL ends with the location's path. */
export const VERTEX_GEMINI_RULES: GenerateContentRules = {
  ...GEMINI_RULES,
  modelPath: "/publishers/google/models/{model}",
  modelPrefix: false,
  callIds: false,
  displayNames: true,
  serviceTier: false,
  oneAnswerModels: NONE,
  unscoredModels: NONE,
  countsWholeRequests: false,
  refusedFields: [],
};

/** The rule for a model; the last entry of the table has every prefix. */
export function thinkingRule(model: string, { thinking }: GenerateContentRules): ThinkingRule | undefined {
  const id = bareModel(model);
  return thinking.find(({ prefix }) => id.startsWith(prefix));
}

/** Whether a model is one of these. */
export function isAmong(model: string, { of, except }: ModelFamily): boolean {
  const id = bareModel(model);
  return longestFit(id, of) > longestFit(id, except);
}

function longestFit(id: string, prefixes: readonly string[]): number {
  return Math.max(-1, ...prefixes.filter((prefix) => id.startsWith(prefix)).map(({ length }) => length));
}

function bareModel(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}
