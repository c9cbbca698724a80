import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { ContentPart, Message, OpaquePart } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Tool, ToolCall, ToolChoice } from "../../model/tool.ts";
import { isObject } from "../json/read.ts";
import { EncodingAccount, NO_PLACE } from "./encoding-account.ts";

/**
 * A request with nothing in it that only its own dialect understands, and what was left out. What a dialect has no
 * name for may mean something else in another, so it does not cross. What the client itself shows or tells the model is
 * never left out: a part of it that is not text makes the `refusal`.
 */
export function withoutForeignFields(request: InferenceRequest): {
  readonly request: InferenceRequest;
  readonly changes: readonly Change[];
  readonly refusal?: Failure;
} {
  const account = new EncodingAccount();
  const { extra = {}, messages, tools, toolChoice, ...rest } = request;
  drop(namesIn(extra), account);
  const plain: InferenceRequest = {
    ...rest,
    ...(messages && {
      messages: messages
        .map((message, index) => plainMessage(message, `messages[${index}]`, account))
        .filter((message, index) => !saysNothing(message) || messages[index]?.content === null),
    }),
    ...(tools && { tools: plainTools(tools, account) }),
    ...plainChoice(toolChoice, account),
  };
  const { changes, refusal } = account;
  return { request: plain, changes, ...(refusal && { refusal }) };
}

function plainMessage({ extra, ...message }: Message, path: string, account: EncodingAccount): Message {
  note(extra, path, account);
  const { role, content, toolCalls } = message;
  const plain = typeof content === "string" || content === null ? content : plainParts(message, path, account);
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

function plainParts({ role, content }: Message, path: string, account: EncodingAccount): readonly ContentPart[] {
  const parts = typeof content === "string" || content === null ? [] : content;
  return parts.flatMap((part, index): readonly ContentPart[] => {
    const at = `${path}.content[${index}]`;
    if (part.type === "opaque") return role === "assistant" ? drop([at], account) : textOf(part, at, account);
    const { extra, ...plain } = part;
    note(extra, at, account);
    return [plain];
  });
}

function textOf({ text }: OpaquePart, at: string, account: EncodingAccount): readonly ContentPart[] {
  if (text === undefined) {
    account.refuse(at, `\`${at}\` holds what the server's dialect has no place for`);
    return [];
  }
  account.replace(at, "text", NO_PLACE);
  return [{ type: "text", text }];
}

/** A thought signature is known to more than one dialect; positions and the like say nothing. */
function plainCall({ extra, ...call }: ToolCall): ToolCall {
  const content = extra?.["extra_content"];
  return content === undefined ? call : { ...call, extra: { extra_content: content } };
}

function plainTools(tools: readonly Tool[], account: EncodingAccount): readonly Tool[] {
  return tools.flatMap((tool, index): readonly Tool[] => {
    if ("raw" in tool) {
      return drop([`tools[${index}]`], account);
    }
    const { extra, ...plain } = tool;
    note(extra, `tools[${index}]`, account);
    return [plain];
  });
}

function plainChoice(choice: ToolChoice | undefined, account: EncodingAccount): { readonly toolChoice?: ToolChoice } {
  if (choice === undefined) return {};
  if (typeof choice === "string" || !("raw" in choice)) return { toolChoice: choice };
  drop(["tool_choice"], account);
  return {};
}

function note(extra: Message["extra"], path: string, account: EncodingAccount): void {
  drop(
    namesIn(extra ?? {}).map((name) => `${path}.${name}`),
    account,
  );
}

/** Nothing in place of them. */
function drop(fields: readonly string[], account: EncodingAccount): readonly never[] {
  for (const field of fields) account.drop(field, NO_PLACE);
  return [];
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
