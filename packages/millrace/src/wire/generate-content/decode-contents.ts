import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import { isObject, isArray } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { plainContent } from "../translation/conversation.ts";
import { CallIds } from "./call-ids.ts";
import { decodeModelTurn } from "./decode-model-turn.ts";
import { decodeMedia } from "./media.ts";
import { decodeResult } from "./function-results.ts";
import { camelFields, camelObject, camelObjects } from "./spelling.ts";
import type { WireContent, WirePart } from "./types.ts";

/** Reads all turns of a request: what the system is told first, then the contents. */
export function decodeConversation(body: JsonObject): readonly Message[] {
  const ids = new CallIds();
  const contents = wholeAnswers(contentsOf(body["contents"]));
  return [
    ...decodeInstruction(body["systemInstruction"]),
    ...contents.flatMap((content, turn) => {
      ids.turn(turn);
      return decodeContent(content, ids);
    }),
  ];
}

/** Google's SDKs keep each piece of a streamed answer as a content of its own, which may break off within a word. */
function wholeAnswers(contents: readonly JsonObject[]): readonly JsonObject[] {
  const turns: { content: JsonObject; readonly pieces: JsonValue[] }[] = [];
  for (const content of contents) {
    const last = turns.at(-1);
    const { parts } = content;
    const pieces = isArray(parts) ? [...parts] : isObject(parts) ? [parts] : [];
    if (last !== undefined && isAnswer(last.content) && isAnswer(content)) last.pieces.push(...pieces);
    else turns.push({ content, pieces });
  }
  return turns.map(({ content, pieces }) => (pieces.length === 0 ? content : { ...content, parts: pieces }));
}

function isAnswer({ role, parts: _parts, ...more }: JsonObject): boolean {
  return role === "model" && Object.keys(more).length === 0;
}

/** The turns of a request; SDKs also send one without a list around it, or just a text. */
export function contentsOf(value: JsonField): readonly JsonObject[] {
  if (typeof value === "string") return [{ role: "user", parts: [{ text: value }] }];
  return isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}

export function partsOfContent(content: WireContent): readonly WirePart[] {
  const { parts } = content;
  return isObject(parts) ? [camelFields(parts)] : camelObjects(parts);
}

/** What a model is told before the first turn. */
export function instructionParts(value: JsonField): readonly WirePart[] {
  if (typeof value === "string") return value === "" ? [] : [{ text: value }];
  const content = camelObject(value);
  return content === undefined ? [] : partsOfContent(content);
}

function decodeInstruction(value: JsonField): readonly Message[] {
  const parts = instructionParts(value).map(decodePart);
  return parts.length === 0 ? [] : [{ role: "system", content: plainContent(parts) }];
}

function decodeContent(content: JsonObject, ids: CallIds): readonly Message[] {
  const { role, parts: _parts, ...rest } = content;
  const extra = Object.keys(rest).length === 0 ? {} : { extra: rest };
  const parts = partsOfContent(content);
  if (role === "model") return decodeModelTurn(parts, ids, extra);
  if (role === "system") return [{ role: "system", content: plainContent(parts.map(decodePart)), ...extra }];
  return decodeUserTurn(parts, ids, extra);
}

/**
 * Results of functions may stand among what the user says. They come first: elsewhere nothing may stand between a call
 * and its results.
 */
function decodeUserTurn(parts: readonly WirePart[], ids: CallIds, extra: Pick<Message, "extra">): readonly Message[] {
  const results: Message[] = [];
  const said: ContentPart[] = [];
  for (const part of parts) {
    const result = camelObject(part["functionResponse"]);
    if (result === undefined) said.push(decodePart(part));
    else results.push(decodeResult(result, ids));
  }
  if (said.length === 0 && results.length > 0) return results;
  return [...results, { role: "user", content: said.length === 0 ? "" : plainContent(said), ...extra }];
}

/** A part of what the user or the system says. */
function decodePart(part: WirePart): ContentPart {
  const { text, inlineData: _inline, fileData: _file, ...rest } = part;
  if (typeof text === "string") return { type: "text", text, ...(Object.keys(rest).length > 0 && { extra: rest }) };
  return decodeMedia(part, rest) ?? { type: "opaque", raw: part };
}
