import type { Change } from "../../model/change.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Tool, ToolCall, ToolChoice } from "../../model/tool.ts";
import { isObject } from "../json/read.ts";

const NO_PLACE = "the server's dialect has no such thing";

/**
 * A request with nothing in it that only its own dialect understands, and what was left out. What a dialect has no
 * name for may mean something else in another, so it does not cross.
 */
export function withoutForeignFields(request: InferenceRequest): {
  readonly request: InferenceRequest;
  readonly changes: readonly Change[];
} {
  const dropped: string[] = [];
  const { extra = {}, messages, tools, toolChoice, ...rest } = request;
  dropped.push(...namesIn(extra));
  const plain: InferenceRequest = {
    ...rest,
    ...(messages && {
      messages: messages
        .map((message, index) => plainMessage(message, `messages[${index}]`, dropped))
        .filter((message, index) => !saysNothing(message) || messages[index]?.content === null),
    }),
    ...(tools && { tools: plainTools(tools, dropped) }),
    ...plainChoice(toolChoice, dropped),
  };
  return { request: plain, changes: dropped.map((field) => ({ field, action: "dropped", reason: NO_PLACE })) };
}

function plainMessage({ extra, ...message }: Message, path: string, dropped: string[]): Message {
  note(extra, path, dropped);
  const { role, content, toolCalls } = message;
  const plain = typeof content === "string" || content === null ? content : plainParts(content, path, dropped);
  return {
    ...message,
    // A turn of the assistant may have been nothing but what its server did.
    content: role === "assistant" && plain?.length === 0 && plain !== "" ? null : plain,
    ...(toolCalls && { toolCalls: toolCalls.map(plainCall) }),
  };
}

/** Whether nothing is left of a turn of the assistant. */
function saysNothing({ role, content, ...said }: Message): boolean {
  const { toolCalls = [], reasoning, reasoningDetails = [], refusal } = said;
  if (role !== "assistant" || content !== null || toolCalls.length > 0) return false;
  return reasoning === undefined && refusal === undefined && reasoningDetails.length === 0;
}

function plainParts(parts: readonly ContentPart[], path: string, dropped: string[]): readonly ContentPart[] {
  return parts.flatMap((part, index): readonly ContentPart[] => {
    const at = `${path}.content[${index}]`;
    if (part.type === "opaque") {
      dropped.push(at);
      return [];
    }
    const { extra, ...plain } = part;
    note(extra, at, dropped);
    return [plain];
  });
}

/** A thought signature is known to more than one dialect; positions and the like say nothing. */
function plainCall({ extra, ...call }: ToolCall): ToolCall {
  const content = extra?.["extra_content"];
  return content === undefined ? call : { ...call, extra: { extra_content: content } };
}

function plainTools(tools: readonly Tool[], dropped: string[]): readonly Tool[] {
  return tools.flatMap((tool, index): readonly Tool[] => {
    if ("raw" in tool) {
      dropped.push(`tools[${index}]`);
      return [];
    }
    const { extra, ...plain } = tool;
    note(extra, `tools[${index}]`, dropped);
    return [plain];
  });
}

function plainChoice(choice: ToolChoice | undefined, dropped: string[]): { readonly toolChoice?: ToolChoice } {
  if (choice === undefined) return {};
  if (typeof choice === "string" || !("raw" in choice)) return { toolChoice: choice };
  dropped.push("tool_choice");
  return {};
}

function note(extra: Message["extra"], path: string, dropped: string[]): void {
  dropped.push(...namesIn(extra ?? {}).map((name) => `${path}.${name}`));
}

/** Objects of which dialects read what they know: what is kept of one is its rest. */
const READ_IN_PART: ReadonlySet<string> = new Set([
  "options",
  "function",
  "image_url",
  "input_audio",
  "file",
  "text",
  "reasoning",
  "thinking",
  "output_config",
  "generationConfig",
  "thinkingConfig",
  "toolConfig",
  "functionCallingConfig",
  "inlineData",
  "fileData",
]);

/** The fields that say something, by their paths. */
function namesIn(extra: JsonObject): readonly string[] {
  return Object.entries(extra).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    return READ_IN_PART.has(name) && isObject(value) ? namesIn(value).map((inner) => `${name}.${inner}`) : [name];
  });
}
