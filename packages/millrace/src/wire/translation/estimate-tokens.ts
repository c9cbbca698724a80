import type { JsonValue } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { Tool } from "../../model/tool.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import { conversationOf } from "./conversation.ts";
import { readDataUrl } from "./data-url.ts";

/** What stands around a conversation, a turn and a tool, whatever the template. */
const FRAME_TOKENS = 3;
const TURN_TOKENS = 4;
const TOOL_TOKENS = 8;
/** What models that cut pictures into tiles take for one of the usual size. */
const IMAGE_TOKENS = 1600;
/** A page of a document, and how many bytes of base64 one has, about. */
const PAGE_TOKENS = 1500;
const PAGE_BYTES = 40_000;
/** What JSON has around a text, the members of a value, and a name: two, three and four characters. */
const QUOTES_TOKENS = 0.5;
const BRACKETS_TOKENS = 0.75;
const NAME_TOKENS = 1;
/** Compressed sound in base64, for one token. */
const SOUND_BYTES = 700;

/**
 * How many tokens a request has, about: a fourth of its ASCII characters, half of those of other alphabets, and all that
 * are of East Asian or other scripts; so much for each turn, tool and picture. It knows no model's own vocabulary, asks
 * nobody, and says the same of the same request every time.
 */
export function estimateTokens(request: InferenceRequest): number {
  const turns = sum(conversationOf(request).map(turnTokens));
  const tools = sum((request.tools ?? []).map(toolTokens));
  const { responseFormat } = request;
  const schema = responseFormat?.type === "json_schema" ? jsonTokens(responseFormat.schema) : 0;
  return Math.ceil(FRAME_TOKENS + turns + tools + schema);
}

function turnTokens({ content, toolCalls = [], reasoning = "", refusal = "" }: Message): number {
  const said = typeof content === "string" ? textTokens(content) : sum((content ?? []).map(partTokens));
  const calls = toolCalls.map(({ name, arguments: text }) => TOOL_TOKENS + textTokens(name) + textTokens(text));
  return TURN_TOKENS + said + textTokens(reasoning) + textTokens(refusal) + sum(calls);
}

function toolTokens(tool: Tool): number {
  if ("raw" in tool) return TOOL_TOKENS + jsonTokens(tool.raw);
  const { name, description = "" } = tool;
  const form = "type" in tool ? tool.format : tool.parameters;
  return TOOL_TOKENS + textTokens(name) + textTokens(description) + (form === undefined ? 0 : jsonTokens(form));
}

type PartTokens = {
  readonly [K in ContentPart["type"]]: (part: Extract<ContentPart, { type: K }>) => number;
};

const PART_TOKENS: PartTokens = {
  text: ({ text }) => textTokens(text),
  image: () => IMAGE_TOKENS,
  audio: ({ data }) => data.length / SOUND_BYTES,
  file: ({ file }) => fileTokens(stringOf(file["file_data"])),
  refusal: ({ refusal }) => textTokens(refusal),
  opaque: ({ raw }) => jsonTokens(raw),
};

function partTokens<K extends ContentPart["type"]>(part: Extract<ContentPart, { type: K }>): number {
  const count: PartTokens[K] = PART_TOKENS[part.type];
  return count(part);
}

/** A file that is elsewhere is a page, for all that is known. */
function fileTokens(data: string | undefined): number {
  const read = data === undefined ? undefined : readDataUrl(data);
  if (read === undefined) return PAGE_TOKENS;
  if (read.mediaType.startsWith("image/")) return IMAGE_TOKENS;
  // Three bytes to four letters of base64, and four bytes to a token.
  if (read.mediaType.startsWith("text/")) return (read.data.length * 3) / 16;
  return Math.ceil(read.data.length / PAGE_BYTES) * PAGE_TOKENS;
}

/** JSON as it is written, nearly. The walk does not recurse: the depth of a value is whatever a client sent. */
function jsonTokens(root: JsonValue): number {
  let tokens = 0;
  const pending: (JsonValue | undefined)[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === "string") tokens += textTokens(value) + QUOTES_TOKENS;
    else if (isArray(value) || isObject(value)) {
      tokens += BRACKETS_TOKENS;
      for (const [name, member] of Object.entries(value)) {
        if (!isArray(value)) tokens += textTokens(name) + NAME_TOKENS;
        pending.push(member);
      }
    } else tokens += 1;
  }
  return tokens;
}

function textTokens(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    quarters += code < 0x80 ? 1 : code < 0x800 ? 2 : 4;
  }
  return quarters / 4;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
