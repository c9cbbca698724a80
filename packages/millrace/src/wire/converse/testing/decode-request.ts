import type { JsonObject } from "../../../model/json.ts";
import type { ContentPart, Message } from "../../../model/message.ts";
import type { InferenceRequest } from "../../../model/request.ts";
import type { Tool, ToolCall, ToolChoice } from "../../../model/tool.ts";
import { present } from "../../failure/present.ts";
import { isObject, numberOf, objectOf, objectsOf, stringOf } from "../../json/read.ts";
import { writeDataUrl } from "../../translation/data-url.ts";
import { mediaTypeOf } from "../media.ts";
import type { MediaKind } from "../media.ts";

/** The insides of the blocks that hold this. */
const inside = (blocks: readonly JsonObject[], kind: string): readonly JsonObject[] =>
  blocks.map((block) => block[kind]).filter(isObject);

/** Reads a body back into the request that it says: for tests, since no client speaks this dialect to a gateway. */
export function decodeConverseRequest(body: JsonObject, model: string): InferenceRequest {
  const config = objectOf(body["inferenceConfig"]);
  const system = partsOf(objectsOf(body["system"]));
  const instructions: readonly Message[] = system.length === 0 ? [] : [{ role: "system", content: system }];
  return {
    model,
    messages: [...instructions, ...objectsOf(body["messages"]).flatMap(messagesOf)],
    ...present({
      ...toolsOf(objectOf(body["toolConfig"])),
      maxTokens: numberOf(config?.["maxTokens"]),
      temperature: numberOf(config?.["temperature"]),
      topP: numberOf(config?.["topP"]),
      stop: config?.["stopSequences"] as readonly string[] | undefined,
      metadata: objectOf(body["requestMetadata"]),
      serviceTier: stringOf(objectOf(body["serviceTier"])?.["type"]),
    }),
  };
}

/** A user's message holds the results of calls, then what the user says. */
function messagesOf({ role, content }: JsonObject): readonly Message[] {
  const blocks = objectsOf(content);
  if (role === "assistant") return inOrder(blocks).map(assistantOf);
  const results = blocks.flatMap((block, at) => {
    const result = objectOf(block["toolResult"]);
    return result === undefined ? [] : [resultOf(result, blocks[at + 1])];
  });
  const parts = partsOf(blocks);
  return [...results, ...(parts.length === 0 ? [] : [{ role: "user", content: parts } as const])];
}

/** Blocks that do not come as reasoning, content, calls are several messages of which each does. */
function inOrder(blocks: readonly JsonObject[]): readonly (readonly JsonObject[])[] {
  const runs: JsonObject[][] = [];
  let rank = 3;
  for (const block of blocks) {
    const own = "reasoningContent" in block ? 0 : "toolUse" in block ? 2 : 1;
    if (own < rank) runs.push([]);
    runs.at(-1)?.push(block);
    rank = own;
  }
  return runs;
}

function assistantOf(blocks: readonly JsonObject[]): Message {
  const parts = partsOf(blocks);
  const calls = inside(blocks, "toolUse").map(callOf);
  const details = inside(blocks, "reasoningContent").map(detailOf);
  return {
    role: "assistant",
    content: parts.length === 0 ? null : parts,
    ...(calls.length > 0 && { toolCalls: calls }),
    ...(details.length > 0 && { reasoningDetails: details }),
  };
}

function resultOf(result: JsonObject, next: JsonObject | undefined): Message {
  const content = partsOf(objectsOf(result["content"]));
  return {
    role: "tool",
    toolCallId: stringOf(result["toolUseId"]) ?? "",
    content,
    ...(result["status"] === "error" && { isError: true }),
    ...markOf(next),
  };
}

function callOf({ toolUseId, name, input }: JsonObject): ToolCall {
  const given = objectOf(input) ?? {};
  const text = JSON.stringify(given);
  return { id: stringOf(toolUseId) ?? "", type: "function", name: stringOf(name) ?? "", arguments: text, input: given };
}

function detailOf({ reasoningText, redactedContent }: JsonObject): JsonObject {
  const format = "anthropic-claude-v1";
  const readable = objectOf(reasoningText);
  return readable === undefined
    ? { type: "reasoning.encrypted", data: redactedContent, format }
    : { type: "reasoning.text", ...readable, format };
}

/** Blocks as parts; a mark for the cache goes to the part before it. */
function partsOf(blocks: readonly JsonObject[]): readonly ContentPart[] {
  return blocks.flatMap((block, at): readonly ContentPart[] => {
    const part = partOf(block);
    return part === undefined ? [] : [{ ...part, ...markOf(blocks[at + 1]) }];
  });
}

function partOf(block: JsonObject): ContentPart | undefined {
  const text = stringOf(block["text"]);
  if (text !== undefined) return { type: "text", text };
  const image = objectOf(block["image"]);
  if (image !== undefined) return { type: "image", url: urlOf("image", image) };
  const audio = objectOf(block["audio"]);
  if (audio !== undefined) {
    const data = stringOf(objectOf(audio["source"])?.["bytes"]) ?? "";
    return { type: "audio", data, format: stringOf(audio["format"]) ?? "" };
  }
  const document = objectOf(block["document"]);
  if (document === undefined) return undefined;
  return { type: "file", file: { filename: document["name"], file_data: urlOf("document", document) } };
}

function urlOf(kind: MediaKind, { format, source }: JsonObject): string {
  const data = stringOf(objectOf(source)?.["bytes"]) ?? "";
  return writeDataUrl({ mediaType: mediaTypeOf({ kind, format: stringOf(format) ?? "" }), data });
}

function markOf(block: JsonObject | undefined): { readonly cacheControl?: JsonObject } {
  const point = objectOf(block?.["cachePoint"]);
  return point === undefined ? {} : { cacheControl: { type: "ephemeral", ...present({ ttl: point["ttl"] }) } };
}

function toolsOf(config: JsonObject | undefined): Pick<InferenceRequest, "tools" | "toolChoice"> {
  if (config === undefined) return {};
  const entries = objectsOf(config["tools"]);
  const tools = entries.flatMap((entry, at): readonly Tool[] => {
    const spec = objectOf(entry["toolSpec"]);
    if (spec === undefined) return [];
    return [
      {
        name: stringOf(spec["name"]) ?? "",
        ...present({
          description: stringOf(spec["description"]),
          parameters: objectOf(objectOf(spec["inputSchema"])?.["json"]),
          strict: spec["strict"] === true ? true : undefined,
        }),
        ...markOf(entries[at + 1]),
      },
    ];
  });
  return { tools, ...present({ toolChoice: choiceOf(objectOf(config["toolChoice"])) }) };
}

function choiceOf(choice: JsonObject | undefined): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  const named = objectOf(choice["tool"]);
  if (named !== undefined) return { name: stringOf(named["name"]) ?? "" };
  return "any" in choice ? "required" : "auto";
}
