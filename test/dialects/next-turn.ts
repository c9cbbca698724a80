import type { JsonObject, JsonValue } from "../../packages/millrace/src/model/json.ts";
import { parseJson } from "../../packages/millrace/src/wire/json/parse.ts";
import type { JsonField } from "../../packages/millrace/src/wire/json/read.ts";
import { arrayOf, isObject, numberOf, objectOf } from "../../packages/millrace/src/wire/json/read.ts";

/** What a client posts next: what it asked, the answer as it collected it from the stream, and another question. */
export type NextTurn = (asked: JsonObject, stream: string, question: string) => JsonObject;

/** What a message or a block of one holds so far. */
type Growing = Record<string, JsonValue | undefined>;

export const nextChatTurn: NextTurn = (asked, stream, question) => {
  const message: Growing = { role: "assistant" };
  const calls: Growing[] = [];
  for (const chunk of valuesIn(stream)) {
    const { role: _role, tool_calls: pieces, ...delta } = objectOf(first(chunk["choices"])["delta"]) ?? {};
    grow(message, delta);
    for (const piece of arrayOf(pieces).filter(isObject)) {
      const { index, function: body, ...fields } = piece;
      const call = (calls[numberOf(index) ?? 0] ??= { function: {} });
      Object.assign(call, fields);
      const grown: Growing = { ...objectOf(call["function"]) };
      grow(grown, objectOf(body) ?? {});
      call["function"] = grown;
    }
  }
  const answer = { ...message, ...(calls.length > 0 && { tool_calls: calls }) };
  return after(asked, "messages", [answer, { role: "user", content: question }]);
};

export const nextMessagesTurn: NextTurn = (asked, stream, question) => {
  const blocks: Growing[] = [];
  for (const { type, index, content_block: block, delta } of valuesIn(stream)) {
    const at = numberOf(index) ?? 0;
    if (type === "content_block_start") blocks[at] = { ...objectOf(block) };
    const { type: _kind, ...pieces } = objectOf(delta) ?? {};
    if (type === "content_block_delta") grow((blocks[at] ??= {}), pieces);
  }
  const content = blocks.map(({ partial_json: input, ...block }) =>
    typeof input === "string" ? { ...block, input: valueOf(input) } : block,
  );
  return after(asked, "messages", [
    { role: "assistant", content },
    { role: "user", content: question },
  ]);
};

export const nextResponsesTurn: NextTurn = (asked, stream, question) => {
  const response = objectOf(valuesIn(stream).at(-1)?.["response"]) ?? {};
  return after(asked, "input", [...arrayOf(response["output"]), { role: "user", content: question }]);
};

export const nextGenerateContentTurn: NextTurn = (asked, stream, question) => {
  const parts = valuesIn(stream).flatMap((chunk) =>
    arrayOf(objectOf(first(chunk["candidates"])["content"])?.["parts"]),
  );
  return after(asked, "contents", [
    { role: "model", parts },
    { role: "user", parts: [{ text: question }] },
  ]);
};

export const nextOllamaTurn: NextTurn = (asked, stream, question) => {
  const message: Growing = { role: "assistant" };
  for (const line of valuesIn(stream)) {
    const { role: _role, ...pieces } = objectOf(line["message"]) ?? {};
    grow(message, pieces);
  }
  return after(asked, "messages", [message, { role: "user", content: question }]);
};

function after(asked: JsonObject, field: string, turns: readonly JsonValue[]): JsonObject {
  const before = asked[field];
  const history = typeof before === "string" ? [{ role: "user", content: before }] : arrayOf(before);
  return { ...asked, [field]: [...history, ...turns] };
}

/** Puts pieces to what is there: texts and lists grow, all else is replaced. */
function grow(whole: Growing, pieces: JsonObject): void {
  for (const [name, piece] of Object.entries(pieces)) {
    const before = whole[name];
    if (typeof before === "string" && typeof piece === "string") whole[name] = before + piece;
    else if (Array.isArray(before) && Array.isArray(piece)) whole[name] = [...arrayOf(before), ...piece];
    else whole[name] = piece;
  }
}

/** The values of a stream's events, or of its lines. */
function valuesIn(stream: string): readonly JsonObject[] {
  return stream
    .split("\n")
    .map((line) => (line.startsWith("data:") ? line.slice("data:".length) : line).trim())
    .filter((line) => line.startsWith("{"))
    .map((line) => objectOf(valueOf(line)) ?? {});
}

function valueOf(text: string): JsonValue {
  const parsed = parseJson(text === "" ? "{}" : text);
  if (!parsed.ok) throw new RangeError(`This is no JSON: ${text}`);
  return parsed.value;
}

function first(list: JsonField): JsonObject {
  const [member] = arrayOf(list);
  return isObject(member) ? member : {};
}
