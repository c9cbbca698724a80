import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";

/** What the simulator is asked, as far as its answer depends on it. */
export interface Question extends Pick<InferenceRequest, "tools" | "toolChoice" | "responseFormat"> {
  /** The text of the last user message. */
  readonly text: string;
  /** What tools gave since then. */
  readonly results: readonly ToolResult[];
}

export interface ToolResult {
  readonly tool: string;
  readonly text: string;
}

/** The question of a conversation. */
export function questionOf(request: InferenceRequest): Question {
  const { messages = [], tools, toolChoice, responseFormat } = request;
  const asked = messages.findLastIndex(({ role }) => role === "user");
  return {
    text: textOf(messages[asked]?.content ?? ""),
    results: resultsOf(messages.slice(asked + 1)),
    ...(tools === undefined ? {} : { tools }),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  };
}

/** The text of a message's content; pictures and the like are not looked at. */
export function textOf(content: Message["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? []).map(textOfPart).join("\n");
}

function textOfPart(part: ContentPart): string {
  return part.type === "text" ? part.text : "";
}

function resultsOf(messages: readonly Message[]): ToolResult[] {
  const names = new Map(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id, name }) => [id, name])));
  return messages
    .filter(({ role }) => role === "tool")
    .map(({ toolCallId = "", content }) => ({ tool: names.get(toolCallId) ?? "The tool", text: textOf(content) }));
}
