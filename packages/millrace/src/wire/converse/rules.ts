import type { ReasoningDetail } from "../../model/message.ts";
import { claudeModel } from "../translation/claude-models.ts";
import type { ClaudeModel } from "../translation/claude-models.ts";

/** How models of one kind differ behind the one API. */
export interface ModelFamily {
  /** Fits the ids of its models, those of inference profiles and ARNs that name a model among them. */
  readonly pattern: RegExp;
  /** Whether `cachePoint` blocks are taken. */
  readonly cachePoints: boolean;
  /** Whether they are taken behind a tool, too. */
  readonly toolCachePoints: boolean;
  /** Whether they may say how long they hold. */
  readonly cacheTtl: boolean;
  /** The most tokens to generate beside thoughts where the caller gave no limit, for the service's own is low. */
  readonly defaultMaxTokens?: number;
  readonly stopSequences: boolean;
  /** How a model can be made to call tools, beside leaving it to the model. */
  readonly toolChoices: readonly ("any" | "tool")[];
  /** Takes the fields of Anthropic's own API among the additional ones; its `tool_choice` has more words than Converse. */
  readonly anthropicFields: boolean;
  /** What of it differs from version to version, where it is Anthropic's. */
  readonly claude?: ClaudeModel;
  /** Whether a tool's result may say that the call failed. */
  readonly resultStatus: boolean;
  /** Where `top_k` stands in the additional fields; absent where there is none. */
  readonly topK?: readonly string[];
  /** Whether temperature and `top_p` may be set, or only one of them. */
  readonly sampling: "both" | "one" | "none";
  readonly reasoning: ReasoningStyle;
  /** The words for an effort, where it has words, the lowest first. */
  readonly efforts: readonly string[];
  /** Whether answers and tool calls can be held to a schema. */
  readonly schemas: boolean;
  /** How the ids of calls must be written. */
  readonly callIds: "any" | "nine-letters";
  /** The forms of opaque reasoning that it can read; the first is its own. */
  readonly reasoningFormats: readonly [ConverseReasoningFormat, ...ConverseReasoningFormat[]];
}

/**
 * How reasoning is asked for among the additional fields.
 *
 * - `none`: it cannot be.
 * - `budget`: Anthropic's `thinking` with a number of tokens.
 * - `adaptive`: Anthropic's `thinking` that the model measures out itself, by an effort.
 * - `nova`: Amazon's `reasoningConfig`.
 * - `effort`: OpenAI's `reasoning_effort`.
 */
export type ReasoningStyle = "none" | "budget" | "adaptive" | "nova" | "effort";

export type ConverseReasoningFormat = "anthropic-claude-v1" | "bedrock";

export interface ConverseRules {
  /** The first whose pattern fits counts. */
  readonly families: readonly ModelFamily[];
  /** For a model whose id says nothing, such as an inference profile of an application's own. */
  readonly unknown: ModelFamily;
}

const UNKNOWN: ModelFamily = {
  pattern: /^/u,
  cachePoints: true,
  toolCachePoints: true,
  cacheTtl: true,
  stopSequences: true,
  toolChoices: ["any", "tool"],
  anthropicFields: false,
  resultStatus: true,
  sampling: "both",
  reasoning: "none",
  efforts: [],
  schemas: true,
  callIds: "any",
  // It may be anybody's.
  reasoningFormats: ["bedrock", "anthropic-claude-v1"],
};

const CLAUDE: ModelFamily = {
  ...UNKNOWN,
  pattern: /claude/u,
  anthropicFields: true,
  topK: ["top_k"],
  schemas: false,
  reasoningFormats: ["anthropic-claude-v1"],
};

/** Without a limit the service ends their answers, thoughts included, after 4,096 tokens. */
const LATER_CLAUDE: ModelFamily = { ...CLAUDE, defaultMaxTokens: 8192 };

const ADAPTIVE: ModelFamily = { ...LATER_CLAUDE, reasoning: "adaptive", efforts: ["low", "medium", "high", "max"] };

const NOVA: ModelFamily = {
  ...UNKNOWN,
  pattern: /amazon\.nova/u,
  toolCachePoints: false,
  cacheTtl: false,
  topK: ["inferenceConfig", "topK"],
  schemas: false,
  reasoningFormats: ["bedrock"],
};

const EFFORTS = ["low", "medium", "high"];

/** Neither caching nor a status of results is known of these. */
const PLAIN: ModelFamily = { ...UNKNOWN, cachePoints: false, resultStatus: false, reasoningFormats: ["bedrock"] };

/**
 * The models of Amazon Bedrock. What each takes is listed under "Supported models and features" of Converse, "Prompt
 * caching" and "Get validated JSON results from models" in the user guide; where Claude differs from version to
 * version, in Anthropic's own documentation.
 */
export const BEDROCK_RULES: ConverseRules = {
  families: [
    {
      // The newest refuse schemas here, though Anthropic's own API takes them.
      ...ADAPTIVE,
      pattern: /claude-(?:opus-(?:4-[7-9]|[5-9])|sonnet-[5-9]|haiku-[5-9]|fable|mythos)/u,
      sampling: "none",
      efforts: ["low", "medium", "high", "xhigh", "max"],
    },
    { ...ADAPTIVE, pattern: /claude-(?:opus|sonnet|haiku)-4-6/u, sampling: "one", schemas: true },
    {
      ...LATER_CLAUDE,
      pattern: /claude-(?:opus|sonnet|haiku)-4-5/u,
      sampling: "one",
      reasoning: "budget",
      schemas: true,
    },
    { ...LATER_CLAUDE, pattern: /claude-opus-4-1/u, sampling: "one", reasoning: "budget" },
    { ...LATER_CLAUDE, pattern: /claude-(?:(?:opus|sonnet)-4|3-7)/u, reasoning: "budget" },
    CLAUDE,
    { ...NOVA, pattern: /amazon\.nova-2/u, reasoning: "nova", efforts: EFFORTS },
    NOVA,
    { ...PLAIN, pattern: /mistral\./u, toolChoices: ["any"], topK: ["top_k"], callIds: "nine-letters" },
    { ...PLAIN, pattern: /openai\./u, reasoning: "effort", efforts: EFFORTS, stopSequences: false },
    { ...PLAIN, pattern: /(?:meta|cohere|ai21|writer|amazon)\./u, toolChoices: [], schemas: false },
    { ...PLAIN, pattern: /qwen\./u, stopSequences: false },
    { ...PLAIN, pattern: /(?:deepseek|moonshot(?:ai)?|minimax|zai|google|nvidia)\./u },
  ],
  unknown: UNKNOWN,
};

/** What is known of a model by its id. */
export function familyOf({ families, unknown }: ConverseRules, model: string): ModelFamily {
  const family = families.find(({ pattern }) => pattern.test(model)) ?? unknown;
  return family.anthropicFields ? { ...family, claude: claudeModel(model) } : family;
}

/** Whether models of this family can read an opaque block of reasoning. */
export function canRead({ reasoningFormats }: ModelFamily, { format }: ReasoningDetail): boolean {
  return reasoningFormats.some((own) => own === format);
}
