import type { FinishReason } from "../../model/finish-reason.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { Warning } from "../../model/warning.ts";
import type { AnswerOptions } from "./answer-options.ts";

/** What is known of a choice that has ended. */
export interface EndedChoice {
  readonly choice: number;
  /** Our word for the server's finish reason, before looking at the content. */
  readonly said: FinishReason;
  /** The events that ended its tool calls. */
  readonly ends: readonly StreamEvent[];
  readonly text: boolean;
  readonly reasoning: boolean;
  readonly refusal: boolean;
  readonly audio: boolean;
  /** A reasoning tag was opened and never closed. */
  readonly unclosed: boolean;
}

type Asked = Pick<AnswerOptions, "toolNames" | "parallelToolCalls">;

/** What is odd about a choice that nevertheless ended properly. */
export function choiceWarnings(ended: EndedChoice, asked: Asked): Warning[] {
  const names = ended.ends.flatMap((event) => (event.type === "tool-call-end" ? [event.call.name] : []));
  return [...contentWarnings(ended, names.length), ...callWarnings(ended, names, asked)];
}

function contentWarnings(ended: EndedChoice, calls: number): Warning[] {
  const { choice, text, reasoning, refusal, audio, unclosed } = ended;
  const warnings: Warning[] = [];
  if (unclosed) {
    warnings.push({ code: "unclosed-reasoning", message: `Choice ${choice} opened its reasoning and never closed it` });
  }
  if (text || refusal || audio || calls > 0) return warnings;
  if (reasoning) {
    warnings.push({ code: "only-reasoning", message: `Everything in choice ${choice} is in its reasoning` });
  } else {
    const message = `Choice ${choice} is empty; the prompt may fill the model's context`;
    warnings.push({ code: "empty", message });
  }
  return warnings;
}

function callWarnings(ended: EndedChoice, names: readonly string[], asked: Asked): Warning[] {
  const { choice, said } = ended;
  const warnings: Warning[] = [];
  if (said === "tool_calls" && names.length === 0) {
    const message = `The model server said that choice ${choice} calls tools, but sent no call`;
    warnings.push({ code: "no-tool-calls", message });
  }
  const unknown = new Set(asked.toolNames && names.filter((name) => !asked.toolNames?.includes(name)));
  for (const name of unknown) {
    warnings.push({
      code: "unknown-tool",
      message: `Choice ${choice} calls "${name}", which the request did not offer`,
    });
  }
  if (asked.parallelToolCalls === false && names.length > 1) {
    const message = `Choice ${choice} makes ${names.length} calls at once although the request did not want that`;
    warnings.push({ code: "parallel-calls", message });
  }
  return warnings;
}
