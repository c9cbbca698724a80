import type { AnswerOptions } from "../assembly/answer-options.ts";
import type { ReplyRules } from "./rules.ts";

/** What decoding a reply needs to know of its request and of the world. */
export interface ReplyOptions extends AnswerOptions {
  readonly rules: ReplyRules;
}
