import {
  type LanguageModelV3CallOptions,
  type LanguageModelV3Prompt,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Prompt,
  type SharedV4ProviderOptions,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";

/** What both specifications call a prompt. */
export type SdkPrompt = LanguageModelV3Prompt | LanguageModelV4Prompt;
export type SdkCallOptions = LanguageModelV3CallOptions | LanguageModelV4CallOptions;

type SdkMessage = SdkPrompt[number];
type AssistantPart = Extract<SdkMessage, { role: "assistant" }>["content"][number];
type UserPart = Extract<SdkMessage, { role: "user" }>["content"][number];
type ToolPart = Extract<SdkMessage, { role: "tool" }>["content"][number];
type ToolResultPart = Extract<ToolPart, { type: "tool-result" }>;
type FilePart = Extract<UserPart, { type: "file" }>;

/**
 * Turns the SDK's prompt into messages. Each tool result becomes a message of its own.
 *
 * @throws {UnsupportedFunctionalityError} for a part that chat completions cannot carry
 */
export function messagesOf(prompt: SdkPrompt): readonly Message[] {
  return prompt.flatMap((message): readonly Message[] => {
    switch (message.role) {
      case "system":
        return [{ role: "system", content: message.content }];
      case "user":
        return [{ role: "user", content: userContent(message.content) }];
      case "assistant":
        return assistantMessages(message.content);
      case "tool":
        return message.content.flatMap((part) =>
          part.type === "tool-result" ? [toolMessage(part)] : unsupported(part.type),
        );
    }
  });
}

/** What an earlier answer left under `providerMetadata.millrace`, to be sent back as it was. */
export function ownOptions(options: SharedV4ProviderOptions | undefined): JsonObject | undefined {
  return options?.["millrace"];
}

/** A lone text goes as a plain string, which every server takes. */
function userContent(parts: readonly UserPart[]): string | readonly ContentPart[] {
  const [first] = parts;
  if (parts.length === 1 && first?.type === "text") return first.text;
  return parts.map((part) => (part.type === "text" ? { type: "text", text: part.text } : filePart(part)));
}

function filePart(part: FilePart): ContentPart {
  const { mediaType } = part;
  if (mediaType.startsWith("image/")) {
    const type = mediaType === "image/*" ? "image/jpeg" : mediaType;
    return { type: "image", url: dataUrl(part.data, type) };
  }
  const audio = /^audio\/(?:x-)?(wav|mp3|mpeg)$/.exec(mediaType)?.[1];
  if (audio) return { type: "audio", data: base64(part.data, mediaType), format: audio === "wav" ? "wav" : "mp3" };
  if (mediaType === "application/pdf") {
    return { type: "file", file: { filename: part.filename ?? "file.pdf", file_data: dataUrl(part.data, mediaType) } };
  }
  if (mediaType.startsWith("text/")) return { type: "text", text: plainText(part.data, mediaType) };
  return unsupported(`files of type ${mediaType}`);
}

type FileData = FilePart["data"];

/** Version 3 gives the data itself, version 4 a tagged union. */
function untagged(data: FileData): Uint8Array | string | URL | { readonly text: string } {
  if (typeof data === "string" || data instanceof Uint8Array || data instanceof URL) return data;
  switch (data.type) {
    case "data":
      return data.data;
    case "url":
      return data.url;
    case "text":
      return { text: data.text };
    default:
      return unsupported(`file data of type ${data.type}`);
  }
}

function dataUrl(data: FileData, mediaType: string): string {
  const plain = untagged(data);
  return plain instanceof URL ? plain.toString() : `data:${mediaType};base64,${base64(data, mediaType)}`;
}

function base64(data: FileData, mediaType: string): string {
  const plain = untagged(data);
  if (typeof plain === "string") return plain;
  if (plain instanceof Uint8Array) return Buffer.from(plain).toString("base64");
  if (plain instanceof URL) return unsupported(`${mediaType} by URL`);
  return Buffer.from(plain.text, "utf8").toString("base64");
}

function plainText(data: FileData, mediaType: string): string {
  const plain = untagged(data);
  if (typeof plain === "object" && "text" in plain) return plain.text;
  return Buffer.from(base64(data, mediaType), "base64").toString("utf8");
}

/** Results of tools that the provider ran stand inside the assistant's turn; they follow it here. */
function assistantMessages(parts: readonly AssistantPart[]): readonly Message[] {
  let text = "";
  let reasoning = "";
  const toolCalls: ToolCall[] = [];
  const results: Message[] = [];
  for (const part of parts) {
    if (part.type === "text") text += part.text;
    else if (part.type === "reasoning") reasoning += part.text;
    else if (part.type === "tool-call") toolCalls.push(toolCall(part));
    else if (part.type === "tool-result") results.push(toolMessage(part));
    else return unsupported(`${part.type} parts in an assistant message`);
  }
  const message: Message = {
    role: "assistant",
    content: text === "" && toolCalls.length > 0 ? null : text,
    ...(reasoning === "" ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
  return [message, ...results];
}

function toolCall(part: Extract<AssistantPart, { type: "tool-call" }>): ToolCall {
  const extra = ownOptions(part.providerOptions);
  return {
    id: part.toolCallId,
    type: "function",
    name: part.toolName,
    arguments: typeof part.input === "string" ? part.input : JSON.stringify(part.input ?? {}),
    ...(extra === undefined ? {} : { extra }),
  };
}

function toolMessage(part: ToolResultPart): Message {
  return { role: "tool", toolCallId: part.toolCallId, content: toolOutput(part.output) };
}

function toolOutput(output: ToolResultPart["output"]): string {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "execution-denied":
      return output.reason ?? "The user did not allow this tool to run.";
    case "json":
    case "error-json":
    case "content":
      return JSON.stringify(output.value);
  }
}

function unsupported(functionality: string): never {
  throw new UnsupportedFunctionalityError({ functionality });
}
