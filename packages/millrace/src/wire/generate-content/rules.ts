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
  /** Models (matched from the start of the id) that take penalties; the others refuse a request with one. */
  readonly penaltyModels: readonly string[];
  /** Models (matched from the start of the id) that refuse an earlier call without a thought signature. */
  readonly signedCallModels: readonly string[];
  /** What stands in for the signature of a call that another model made. */
  readonly substituteSignature: string;
  /** Models (likewise) that take images among the results of a tool; for others they follow as the user's. */
  readonly mediaResultModels: readonly string[];
  /** Whether a question for the number of tokens holds a whole request, not its contents alone. */
  readonly countsWholeRequests: boolean;
  /** Top-level fields, and those of `generationConfig` as `generationConfig.seed`, that the server refuses. */
  readonly refusedFields: readonly string[];
}

/** How the models of one family think. */
export type ThinkingRule =
  | { readonly prefix: string; readonly by: "level"; readonly levels: readonly string[] }
  | {
      readonly prefix: string;
      readonly by: "budget";
      readonly lowest: number;
      readonly highest: number;
      /** Whether 0, no thinking at all, is taken. */
      readonly canBeOff: boolean;
    }
  | { readonly prefix: string; readonly by: "nothing" };

const THINKING: readonly ThinkingRule[] = [
  { prefix: "gemini-3-pro", by: "level", levels: ["low", "high"] },
  { prefix: "gemini-3.1-pro", by: "level", levels: ["low", "medium", "high"] },
  { prefix: "gemini-3", by: "level", levels: ["minimal", "low", "medium", "high"] },
  { prefix: "gemini-2.5-pro", by: "budget", lowest: 128, highest: 32_768, canBeOff: false },
  { prefix: "gemini-2.5-flash-lite", by: "budget", lowest: 512, highest: 24_576, canBeOff: true },
  { prefix: "gemini-2.5-flash", by: "budget", lowest: 1, highest: 24_576, canBeOff: true },
  { prefix: "gemini-2.0", by: "nothing" },
  { prefix: "gemini-1", by: "nothing" },
  { prefix: "gemini-", by: "budget", lowest: 1, highest: 24_576, canBeOff: true },
  { prefix: "", by: "nothing" },
];

const GEMINI_3 = ["gemini-3", "gemini-pro-latest", "gemini-flash-latest", "gemini-flash-lite-latest"];

/** Google's Gemini API. */
export const GEMINI_RULES: GenerateContentRules = {
  modelPath: "/{model}",
  modelPrefix: true,
  callIds: true,
  httpFiles: true,
  displayNames: false,
  serviceTier: true,
  thinking: THINKING,
  penaltyModels: ["gemini-2.0", "gemini-1"],
  signedCallModels: GEMINI_3,
  substituteSignature: "skip_thought_signature_validator",
  mediaResultModels: GEMINI_3,
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
  countsWholeRequests: false,
  refusedFields: [],
};

/** The rule for a model; the last entry of the table has every prefix. */
export function thinkingRule(model: string, { thinking }: GenerateContentRules): ThinkingRule | undefined {
  const id = bareModel(model);
  return thinking.find(({ prefix }) => id.startsWith(prefix));
}

/** Whether a model's id begins with one of these. */
export function isAmong(model: string, prefixes: readonly string[]): boolean {
  const id = bareModel(model);
  return prefixes.some((prefix) => id.startsWith(prefix));
}

function bareModel(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}
