/** One way in which servers say that a request does not fit the context window. */
export interface OverflowPattern {
  /** Who says it; the pattern is not restricted to them. */
  readonly servers: string;
  readonly pattern: RegExp;
}

/**
 * How servers word a context overflow. None repeats an unbounded part, so matching takes linear time.
 *
 * They are tried only on messages that do not speak of a rate (`SPEAKS_OF_RATE`).
 */
export const OVERFLOW_PATTERNS: readonly OverflowPattern[] = [
  {
    servers: "OpenAI, Azure, vLLM, DeepSeek, OpenRouter, Together, llama-cpp-python, Fireworks",
    pattern: /maximum context length(?: is| of|:) [\d,]+/iu,
  },
  { servers: "OpenAI (newer)", pattern: /exceeds? the context window/iu },
  { servers: "llama.cpp", pattern: /exceeds? the available context size/iu },
  { servers: "llama.cpp in a stream, LM Studio with MLX", pattern: /context size has been exceeded/iu },
  { servers: "llama.cpp embeddings", pattern: /input(?: \([\d,]+ tokens\))? is too large to process/iu },
  { servers: "llama.cpp embeddings", pattern: /larger than the max(?:imum)? context size/iu },
  { servers: "llama-cpp-python", pattern: /exceeds? context window of [\d,]+/iu },
  { servers: "Ollama", pattern: /exceeded max context length/iu },
  { servers: "Ollama", pattern: /prompt is longer than the context length/iu },
  { servers: "Ollama embeddings", pattern: /input length exceeds the (?:maximum )?context length/iu },
  { servers: "LM Studio", pattern: /tokens to keep from the initial prompt is greater than the context length/iu },
  { servers: "vLLM", pattern: /longer than the maximum model length of [\d,]+/iu },
  { servers: "SGLang, Together", pattern: /longer than the model's context length/iu },
  { servers: "SGLang", pattern: /exceeds the model's maximum context length/iu },
  { servers: "TGI", pattern: /`inputs` tokens \+ `max_new_tokens` must be <= [\d,]+/iu },
  { servers: "TGI", pattern: /`inputs` must have less than [\d,]+ tokens/iu },
  { servers: "mistral.rs", pattern: /prompt sequence length is greater than/iu },
  { servers: "OpenAI, Groq, Cerebras", pattern: /reduce the length of the messages/iu },
  { servers: "Cerebras", pattern: /current length is [\d,]+ while limit is [\d,]+/iu },
  { servers: "Mistral", pattern: /too large for model with [\d,]+ maximum context length/iu },
  { servers: "xAI", pattern: /maximum prompt length is [\d,]+/iu },
  { servers: "Gemini", pattern: /input token count.{0,40}exceeds the maximum number of tokens/iu },
  { servers: "Moonshot", pattern: /exceeded model token limit/iu },
  { servers: "MiniMax", pattern: /context window exceeds limit/iu },
  { servers: "DashScope", pattern: /range of input length should be/iu },
  { servers: "Zhipu", pattern: /prompt exceeds max length/iu },
  { servers: "Anthropic, Fireworks, Ollama", pattern: /prompt (?:is )?too long/iu },
  { servers: "Anthropic", pattern: /exceed context limit/iu },
  { servers: "Copilot", pattern: /prompt token count of [\d,]+ exceeds the limit/iu },
  { servers: "Bedrock", pattern: /input is too long for requested model/iu },
  { servers: "Bedrock's Nova", pattern: /number of input tokens exceeds maximum length/iu },
  { servers: "several", pattern: /context (?:length|window|size)(?: is| was| has been)? exceeded/iu },
  { servers: "several, but Bedrock means a rate", pattern: /too many (?:input |prompt )?tokens/iu },
];

/** A message with one of these is about how much in how little time, whatever else it says. */
export const SPEAKS_OF_RATE: RegExp =
  /rate.?limit|throttl|too many requests|per (?:second|minute|hour|day)|\b(?:tpm|rpm|tpd|rpd)\b/iu;

const NUMBER = "([\\d,]{1,20})";

/** Where the messages state the size of the context window. The first that matches counts. */
export const WINDOW_SIZE_PATTERNS: readonly RegExp[] = [
  `maximum context length(?: is| of|:) ${NUMBER}`,
  `available context size \\(${NUMBER}`,
  `model's context length \\(${NUMBER}`,
  `must be <= ${NUMBER}`,
  `must have less than ${NUMBER}`,
  `prompt sequence length is greater than ${NUMBER}`,
  `too large for model with ${NUMBER}`,
  `maximum prompt length is ${NUMBER}`,
  `tokens allowed:? \\(?${NUMBER}`,
  `while limit is ${NUMBER}`,
  `token limit: ${NUMBER}`,
  `input length should be \\[\\d{1,9}, ?${NUMBER}`,
  `exceeds the limit of ${NUMBER}`,
  `> ${NUMBER} maximum`,
  `exceed context limit: [\\d,]{1,20} \\+ [\\d,]{1,20} > ${NUMBER}`,
  `exceed context window of ${NUMBER}`,
  `maximum model length of ${NUMBER}`,
  `current batch size: ${NUMBER}`,
].map((source) => new RegExp(source, "iu"));

/** Where they state the size of the prompt; the ones that count only the prompt come first. */
export const PROMPT_SIZE_PATTERNS: readonly RegExp[] = [
  `${NUMBER} (?:tokens )?in (?:the messages|your prompt)`,
  `${NUMBER} of text input`,
  `(?:prompt|request|messages?) (?:contains?|has|have)(?: at least)? ${NUMBER} `,
  `(?:request|input) \\(${NUMBER} tokens\\)`,
  `messages resulted in ${NUMBER}`,
  `token count (?:of |\\()${NUMBER}`,
  `current length is ${NUMBER}`,
  `prompt is too long: ${NUMBER}`,
  `decoder prompt \\(length ${NUMBER}`,
  `requested tokens \\(${NUMBER}`,
  `given: ${NUMBER}`,
  `exceed context limit: ${NUMBER}`,
  `\\(requested: ${NUMBER}`,
  `requested (?:about )?${NUMBER} tokens`,
].map((source) => new RegExp(source, "iu"));
