/** What of a Claude model's differs from version to version, wherever it is asked. */
export interface ClaudeModel {
  /**
   * Whether it can be made to call a tool: `never`, only where it does not think (`thoughtless`), or also while it
   * thinks (`free`).
   */
  readonly forcedCalls: "never" | "thoughtless" | "free";
  /** How it is told not to think: by which `thinking.type`, or not at all, for it always does. */
  readonly off: "disabled" | "between_tools" | "never";
  /** Whether it keeps its thoughts to itself unless it is asked to show them. */
  readonly hidesThoughts: boolean;
}

type Version = readonly [major: number, minor: number];

/** From which version on something is so, by the line of models. */
type Since = Readonly<Record<string, Version>>;

const FIRST: Version = [0, 0];

// https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5, and the same of the others; from where on it
// may be forced while it thinks: https://github.com/langchain-ai/langchain-aws/pull/1141.
const NEVER_FORCED: Since = { opus: [5, 5], sonnet: [5, 5], fable: [5, 1], mythos: [5, 1] };
const FREELY_FORCED: Since = { opus: [4, 8], sonnet: [5, 0], haiku: [5, 0], fable: [5, 0], mythos: [5, 0] };
// https://platform.claude.com/docs/en/build-with-claude/thinking-troubleshooting
const ALWAYS_THINKING: Since = { opus: [5, 5], fable: FIRST, mythos: FIRST };
const OFF_BETWEEN_TOOLS: Since = { sonnet: [5, 5] };
const HIDING: Since = { opus: [4, 7], sonnet: [5, 0], haiku: [5, 0], fable: FIRST, mythos: FIRST };

/** What is known of a model by its id, whoever's prefix and date stand around its name. */
export function claudeModel(model: string): ClaudeModel {
  const [, line = "", major = "0", minor = "0"] = NAME.exec(model) ?? [];
  const is = (since: Since): boolean => {
    const first = Object.hasOwn(since, line) ? since[line] : undefined;
    return first !== undefined && isFrom([Number(major), Number(minor)], first);
  };
  return {
    forcedCalls: is(NEVER_FORCED) ? "never" : is(FREELY_FORCED) ? "free" : "thoughtless",
    off: is(ALWAYS_THINKING) ? "never" : is(OFF_BETWEEN_TOOLS) ? "between_tools" : "disabled",
    hidesThoughts: is(HIDING),
  };
}

/** The line and the version behind it; eight digits are a date. */
const NAME = /claude-([a-z]+)(?:-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d))?/u;

function isFrom([major, minor]: Version, first: Version): boolean {
  return major > first[0] || (major === first[0] && minor >= first[1]);
}
