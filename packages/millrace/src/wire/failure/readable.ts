import { cleanText } from "../json/clean.ts";

/** Messages are cut to this many UTF-16 code units; some servers repeat the whole prompt in them. */
const MAX_MESSAGE_LENGTH = 1000;
/** Codes, types and other single words. */
export const MAX_WORD_LENGTH = 200;

/** Terminal colours, as programs write them that log to a terminal. */
const ANSI_COLOUR = /\p{Cc}\[[\d;]{0,20}m/gu;
const WHITESPACE = /\s+/gu;
const CONTROL = /\p{Cc}/gu;

/**
 * What a credential looks like, with the part to keep in the first group. Every repetition is
 * bounded where something has to follow it, so masking takes linear time.
 */
const CREDENTIALS: readonly RegExp[] = [
  // OpenAI and its many imitators, Groq, Cerebras, xAI, Perplexity, NVIDIA.
  /\b((?:sk|gsk|csk|xai|pplx|nvapi)-|gsk_)[\w*.…-]{6,}/gu,
  // Hugging Face and Replicate; shorter ones are function names.
  /\b(hf_|r8_)[A-Za-z0-9]{16,}/gu,
  // Google.
  /\b(AIza)[\w-]{20,}/gu,
  // JSON web tokens.
  /\b(eyJ)[\w-]{10,}(?:\.[\w-]*){0,2}/gu,
  // A word behind "Bearer" that holds a digit; "Bearer authentication" is prose.
  /\b(Bearer\s{1,3})(?=\S{0,200}\d)[\w.~+/=*-]{6,}/giu,
  // A value behind "API key:" or in a query; the digit or star tells it from prose.
  /\b(api[ _-]?key(?: provided)?["']?\s{0,3}[:=]\s{0,3}["']?)(?=\S{0,200}[\d*])[^\s"',;)]{6,}/giu,
  /([?&](?:key|api[_-]?key|token|access_token)=)[^&\s"']{4,}/giu,
];

/**
 * Foreign text made fit to show, log and send in a header: one line, nothing invisible, nothing that
 * looks like a credential, and no longer than it should be.
 */
export function readable(text: string, maxLength: number = MAX_MESSAGE_LENGTH): string {
  // Generous, so that what is masked or collapsed does not cost words that would have had room.
  const head = cleanText(text.slice(0, maxLength * 4));
  const line = head.replace(ANSI_COLOUR, "").replace(WHITESPACE, " ").replace(CONTROL, "").trim();
  return cut(maskCredentials(line), maxLength);
}

/** The text with everything that looks like a credential replaced by `***`. */
export function maskCredentials(text: string): string {
  return CREDENTIALS.reduce((masked, pattern) => masked.replace(pattern, "$1***"), text);
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // The cut may have gone through a surrogate pair; half a character is none.
  return `${text.slice(0, maxLength - 1).replace(/\p{Surrogate}$/u, "")}…`;
}
