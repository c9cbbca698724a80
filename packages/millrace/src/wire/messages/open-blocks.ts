import type { JsonObject } from "../../model/json.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import { jsonText } from "../assembly/json-text.ts";
import { parseJson } from "../json/parse.ts";
import { isObject, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { fieldsOfCitation } from "./citations.ts";
import { ownDetail } from "./reasoning-blocks.ts";
import type { Block } from "./types.ts";

/** A block of an answer that is being read. */
export interface OpenBlock {
  delta(delta: JsonObject): void;
  stop(): void;
}

export interface BlockPlace {
  readonly answer: AnswerAssembly;
  /** How much text the answer has so far. */
  readonly text: { length: number };
  /** How many blocks came before it. */
  readonly position: number;
  /** Counts what is held of a block beside the answer. Throws a `ReplyFault` when it is too much. */
  readonly hold: (value: JsonObject) => void;
}

const READERS: Readonly<Record<string, (block: Block, place: BlockPlace) => OpenBlock>> = {
  text: openText,
  thinking: openThinking,
  redacted_thinking: openRedacted,
  tool_use: openCall,
};

/** Reads a block from its beginning. One of an unknown kind is kept whole. */
export function createReader(block: Block, place: BlockPlace): OpenBlock {
  const type = stringOf(block["type"]) ?? "";
  const open = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  return (open ?? openOther)(block, place);
}

function openText(block: Block, { answer, text, hold }: BlockPlace): OpenBlock {
  const start = text.length;
  const citations = [...objectsOf(block["citations"])];
  const say = (said: JsonField): void => {
    const more = stringOf(said) ?? "";
    text.length += more.length;
    answer.text(more);
  };
  say(block["text"]);
  return {
    delta: ({ text: said, citation }) => {
      if (isObject(citation)) {
        hold(citation);
        citations.push(citation);
      }
      say(said);
    },
    stop: () => {
      const span = { start, end: text.length };
      for (const citation of citations) answer.choiceFields(fieldsOfCitation(citation, span));
    },
  };
}

function openThinking(block: Block, { answer }: BlockPlace): OpenBlock {
  let thinking = "";
  let signature = stringOf(block["signature"]) ?? "";
  const think = (thought: JsonField): void => {
    const more = stringOf(thought) ?? "";
    thinking += more;
    answer.reasoning(more);
  };
  think(block["thinking"]);
  return {
    delta: ({ thinking: thought, signature: signed }) => {
      think(thought);
      signature = stringOf(signed) || signature;
    },
    stop: () => {
      const detail = ownDetail({ type: "thinking", thinking, signature });
      if (detail) answer.reasoningDetail(detail);
    },
  };
}

function openRedacted(block: Block, { answer }: BlockPlace): OpenBlock {
  return {
    delta: () => undefined,
    stop: () => {
      const detail = ownDetail(block);
      if (detail) answer.reasoningDetail(detail);
    },
  };
}

function openCall(block: Block, { answer, position: index }: BlockPlace): OpenBlock {
  const { type: _type, id, name, input, ...more } = block;
  const extra = moreOfCall(more);
  answer.toolCall({ index, id: stringOf(id) ?? "", name: stringOf(name) ?? "", ...(extra && { extra }) });
  let written = false;
  const write = (text: string): void => {
    written ||= text !== "";
    answer.toolCall({ index, arguments: text });
  };
  return {
    delta: ({ partial_json: text }) => write(stringOf(text) ?? ""),
    // Some servers give all of it at once.
    stop: () => {
      if (!written) write(argumentsIn(input));
      answer.endToolCall(index);
    },
  };
}

/** Nothing for an empty object, as a call begins with. A text is what could not be read as one. */
function argumentsIn(input: JsonField): string {
  if (typeof input === "string") return input;
  const isEmpty = input === undefined || input === null || (isObject(input) && Object.keys(input).length === 0);
  return isEmpty ? "" : jsonText(input);
}

/** That the model itself called says nothing. */
function moreOfCall(more: JsonObject): JsonObject | undefined {
  const entries = Object.entries(more).filter(
    ([name, value]) => value !== null && !(name === "caller" && objectOf(value)?.["type"] === "direct"),
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A block of a tool that the server runs, or of a kind that nobody knows: kept as it would have come whole. */
function openOther(block: Block, { answer, hold }: BlockPlace): OpenBlock {
  let whole = block;
  let json = "";
  hold(block);
  return {
    delta: (delta) => {
      hold(delta);
      const { type: _type, partial_json: text, ...fields } = delta;
      json += stringOf(text) ?? "";
      whole = { ...whole, ...grown(whole, fields) };
    },
    stop: () => {
      const parsed = json === "" ? undefined : parseJson(json);
      const input = parsed?.ok === true && { input: parsed.value };
      if (whole["type"] !== "unknown") answer.choiceFields({ content_blocks: [{ ...whole, ...input }] });
    },
  };
}

/** Texts grow; anything else is as it was last said. */
function grown(before: JsonObject, fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const known = before[name];
      return [name, typeof value === "string" && typeof known === "string" ? known + value : value];
    }),
  );
}
