import type { FailureKind } from "../../model/failure.ts";

/** One way in which servers word a failure. */
export interface MessagePattern {
  readonly kind: FailureKind;
  /** Who says it; the pattern is not restricted to them. */
  readonly servers: string;
  readonly pattern: RegExp;
  /** It counts only with one of these statuses, or where there is none. Absent: with any. */
  readonly statuses?: readonly number[];
  /** It does not count where there is no status. */
  readonly needsStatus?: true;
}

const REQUEST_REFUSED = [400, 404, 405, 415, 422, 500, 501] as const;
const NOT_NOW = [429, 500, 502, 503, 504, 529] as const;

/**
 * How servers word everything but a context overflow, in the order of trial: the first that matches
 * counts. None repeats an unbounded part, so matching takes linear time. `^` is the start of the message, or
 * of a message quoted in it.
 */
export const MESSAGE_PATTERNS: readonly MessagePattern[] = [
  {
    kind: "quota",
    servers: "OpenAI, DeepSeek, MiniMax, Anthropic, OpenRouter, Zhipu, Ollama's cloud",
    pattern:
      /insufficient (?:account )?(?:balance|credits?|quota|funds)|exceeded your current quota|(?:credit )?balance is (?:too low|insufficient)|out of credits|reached your (?:hourly|session|daily|weekly|monthly) usage limit|requires more credits|in arrears|余额不足|欠费/iu,
  },
  {
    kind: "rate_limit",
    servers: "Groq, Azure, Bedrock, DashScope and others",
    pattern:
      /rate.?limit|throttl|too many (?:concurrent )?requests|(?:requests|tokens) per (?:second|minute|hour|day)|quota exceeded|concurrency limit/iu,
  },
  {
    kind: "loading",
    servers: "llama.cpp, LocalAI, Hugging Face",
    pattern: /^loading model|\bmodel\b.{0,100}\b(?:is (?:currently |still )?loading|currently loading|warming up)/imu,
    statuses: NOT_NOW,
  },
  {
    kind: "route_not_found",
    servers: "llama.cpp, FastAPI, LocalAI, OpenAI, LM Studio, Go, Express",
    pattern:
      /^(?:not found|file not found|resource not found|404 page not found|method not allowed)\.?$|unknown request url|unrecognized request url|^invalid url|unexpected endpoint|^cannot (?:get|post) \/|no route matche/imu,
    statuses: [400, 404, 405],
  },
  {
    kind: "auth",
    servers: "Gemini, xAI, DashScope and others that answer 400 or 403",
    pattern:
      /(?:incorrect|invalid|missing|no|wrong|expired) (?:api|auth|authentication|access|bearer)[ _-]?(?:key|token|credentials?)|api[ _-]key (?:is )?(?:not valid|invalid|missing|expired|required)|^unauthorized\.?$|authentication (?:failed|required)/imu,
    statuses: [400, 403],
  },
  {
    kind: "unsupported",
    servers: "OpenRouter, before its words for a missing model",
    pattern: /no endpoints found that support/iu,
  },
  {
    kind: "model_not_found",
    servers: "vLLM, OpenAI, Ollama, llama.cpp router, DeepSeek, LM Studio, Gemini",
    pattern:
      /\bmodels?\b.{0,200}?\b(?:not found|(?:does|do) not exist|not exist\b|is not loaded|has been (?:decommissioned|deprecated))|no models? (?:is |are )?loaded/iu,
    statuses: [400, 403, 404, 410, 422],
  },
  {
    kind: "model_not_found",
    servers: "OpenRouter, Perplexity, Mistral, Moonshot, Together, Azure, Anthropic, Zhipu",
    pattern:
      /not a valid model id|no endpoints found|invalid model(?: name| id|:| ['"`])|not found the model|unable to access model|deployment for this resource does not exist|^model: \S|模型不存在/imu,
    statuses: [400, 403, 404, 410, 422],
  },
  {
    kind: "model_not_found",
    servers: "Bedrock, which has models that only its inference profiles lead to",
    pattern: /model identifier is invalid|on-demand throughput isn.t supported|has reached the end of its life/iu,
    statuses: [400, 404],
  },
  {
    kind: "content_filter",
    servers: "Azure, OpenAI, OpenRouter, DashScope, Zhipu",
    pattern:
      /content (?:management )?policy|content.?filter|flagged (?:for|by|as)|inappropriate content|prohibited content|sensitive content|safety system/iu,
    statuses: [400, 403, 422, 451, 500],
  },
  {
    kind: "bad_request",
    servers: "llama.cpp, which answers 500 to JSON that it cannot read and to empty input",
    pattern: /json\.exception\.parse_error|must not be empty|cannot be empty/iu,
    statuses: [500],
  },
  {
    kind: "unsupported",
    servers: "llama.cpp (images without a projector), OpenAI, vLLM",
    pattern:
      /\b(?:is|are) not supported\b|\bnot supported (?:by|in|with|for|on)\b|\b(?:does|do)(?: not|n't) support\b|^unsupported\b|not implemented|requires --enable-auto-tool-choice/imu,
    statuses: REQUEST_REFUSED,
  },
  {
    kind: "overloaded",
    servers: "Ollama, TGI, OpenAI, Anthropic",
    pattern:
      /overloaded|(?:over|at|no) capacity|server (?:is )?(?:currently )?busy|queue (?:is )?full|maximum pending requests|temporarily unavailable/iu,
    statuses: NOT_NOW,
  },
  {
    kind: "timeout",
    servers: "several",
    pattern: /\b(?:request|upstream|gateway|inference|generation|operation|connection) time(?:d )?[ -]?out\b/iu,
    statuses: [500, 502, 503],
  },
  {
    kind: "model_not_found",
    servers: "any that answers 404 and speaks of a model",
    pattern: /\bmodels?\b/iu,
    statuses: [404],
    needsStatus: true,
  },
];
