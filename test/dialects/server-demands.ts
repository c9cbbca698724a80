import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../../packages/millrace/src/wire/json/read.ts";
import type { JsonField } from "../../packages/millrace/src/wire/json/read.ts";

/** What a server would refuse a request for, in our words; empty where there is nothing. */
export type Demands = (body: JsonObject) => readonly string[];

const PLAIN_NAME = /^[a-zA-Z0-9_-]+$/u;

/** Anthropic's Messages, as its errors say. */
const messagesDemands: Demands = (body) => {
  const turns = objects(body["messages"]);
  const blocks = turns.map(({ content }) =>
    typeof content === "string" ? [{ type: "text", text: content }] : objects(content),
  );
  const last = blocks.at(-1)?.at(-1);
  const thinks = objectOf(body["thinking"])?.["type"] === "enabled";
  const budget = numberOf(objectOf(body["thinking"])?.["budget_tokens"]) ?? 0;
  return failed({
    "a turn of the user comes first": turns[0]?.["role"] === "user",
    "there are only users and assistants": turns.every(({ role }) => role === "user" || role === "assistant"),
    "no turn is empty": blocks.every((list) => list.length > 0),
    "no text is blank": blocks.flat().every(({ type, text }) => type !== "text" || isSomething(text)),
    "an assistant's last text ends with no white space":
      turns.at(-1)?.["role"] !== "assistant" || last?.["type"] !== "text" || !/\s$/u.test(stringOf(last["text"]) ?? ""),
    "names of tools are plain": objects(body["tools"]).every(({ name }) => isPlain(name, 128)),
    "ids of calls are plain": blocks.flat().every(({ type, id }) => type !== "tool_use" || isPlain(id)),
    "results follow their calls": followTheirCalls(
      blocks.map((list) => list.filter(({ type }) => type === "tool_use").map(({ id }) => id)),
      blocks.map((list) => list.filter(({ type }) => type === "tool_result").map((block) => block["tool_use_id"])),
    ),
    "there is a limit": (numberOf(body["max_tokens"]) ?? 0) > 0,
    "a budget is at least 1024": !thinks || budget >= 1024,
    "a budget is below the limit": !thinks || budget < (numberOf(body["max_tokens"]) ?? 0),
    "no temperature beside thinking": !thinks || body["temperature"] === undefined,
    "no forced call beside thinking": !thinks || !["any", "tool"].includes(choiceOf(body)),
    "a temperature is at most 1": (numberOf(body["temperature"]) ?? 0) <= 1,
    "temperature or top_p": body["temperature"] === undefined || body["top_p"] === undefined,
    "a choice is among tools": body["tool_choice"] === undefined || arrayOf(body["tools"]).length > 0,
    "no stop sequence is blank": arrayOf(body["stop_sequences"]).every(isSomething),
  });
};

function choiceOf(body: JsonObject): string {
  return stringOf(objectOf(body["tool_choice"])?.["type"]) ?? "";
}

/** OpenAI's Responses. */
const responsesDemands: Demands = (body) => {
  const items = objects(body["input"]);
  return failed({
    "there is something to answer": items.length > 0,
    "names of tools are plain": objects(body["tools"]).every(({ name }) => isPlain(name, 64)),
    "names of calls are plain": items.every(({ type, name }) => type !== "function_call" || isPlain(name, 64)),
    "ids of calls are at most 64": items.every((item) => (stringOf(item["call_id"]) ?? "x").length <= 64),
    "JSON mode is spoken of in a message":
      objectOf(objectOf(body["text"])?.["format"])?.["type"] !== "json_object" ||
      items.some(({ type, content }) => type === "message" && /json/iu.test(JSON.stringify(content))),
    "a limit is at least 16": (numberOf(body["max_output_tokens"]) ?? 16) >= 16,
    "a choice is among tools": body["tool_choice"] === undefined || arrayOf(body["tools"]).length > 0,
  });
};

/** Google's Gemini. */
const generateContentDemands: Demands = (body) => {
  const turns = objects(body["contents"]);
  const parts = turns.map((turn) => objects(turn["parts"]));
  const tools = objects(body["tools"]).flatMap((tool) => objects(tool["functionDeclarations"]));
  const config = objectOf(body["generationConfig"]) ?? {};
  return failed({
    "there is something to answer": turns.length > 0,
    "no turn is empty": parts.every((list) => list.length > 0),
    "a model's turn comes never first": turns[0]?.["role"] === "user",
    "names of tools are Gemini's": tools.every(({ name }) => /^[a-zA-Z_][\w.:-]{0,127}$/u.test(stringOf(name) ?? "")),
    "at most five stop sequences": arrayOf(config["stopSequences"]).length <= 5,
    "no stop sequence is empty": arrayOf(config["stopSequences"]).every((text) => text !== ""),
    "results follow their calls": followTheirCalls(
      parts.map((list) => list.flatMap((part) => objectOf(part["functionCall"])?.["id"] ?? [])),
      parts.map((list) => list.flatMap((part) => objectOf(part["functionResponse"])?.["id"] ?? [])),
    ),
  });
};

/** Bedrock's Converse with a Claude model. */
const converseDemands: Demands = (body) => {
  const turns = objects(body["messages"]);
  const blocks = turns.map(({ content }) => objects(content));
  const tools = objects(objectOf(body["toolConfig"])?.["tools"]);
  const inference = objectOf(body["inferenceConfig"]) ?? {};
  const idsOf = (kind: "toolUse" | "toolResult"): readonly (readonly JsonField[])[] =>
    blocks.map((list) => list.flatMap((block) => (kind in block ? [objectOf(block[kind])?.["toolUseId"]] : [])));
  const calls = idsOf("toolUse");
  return failed({
    "a turn of the user comes first": turns[0]?.["role"] === "user",
    "turns alternate": turns.every(({ role }, at) => role !== turns[at - 1]?.["role"]),
    "no turn is empty": blocks.every((list) => list.length > 0),
    "no text is blank": [...blocks.flat(), ...objects(body["system"])].every(
      (block) => !("text" in block) || isSomething(block["text"]),
    ),
    "names of tools are plain": tools.every((tool) => isPlain(objectOf(tool["toolSpec"])?.["name"], 64)),
    "ids of calls are plain": calls.flat().every((id) => isPlain(id, 64)),
    "calls are of a conversation with tools": calls.flat().length === 0 || tools.length > 0,
    "results follow their calls": followTheirCalls(calls, idsOf("toolResult")),
    "a temperature is at most 1": (numberOf(inference["temperature"]) ?? 0) <= 1,
    "no stop sequence is blank": arrayOf(inference["stopSequences"]).every(isSomething),
  });
};

/** By the name of the server's dialect. */
export const DEMANDS: Readonly<Record<string, Demands>> = {
  messages: messagesDemands,
  responses: responsesDemands,
  "generate-content": generateContentDemands,
  converse: converseDemands,
};

/** Whether the calls of each turn are answered in the next, all of them and no others. */
function followTheirCalls(
  calls: readonly (readonly JsonField[])[],
  results: readonly (readonly JsonField[])[],
): boolean {
  return results.every((ids, turn) => {
    const asked = calls[turn - 1] ?? [];
    return ids.length === asked.length && asked.every((id) => ids.includes(id));
  });
}

function failed(demands: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(demands).filter((demand) => demands[demand] !== true);
}

function isPlain(name: JsonField, length = Infinity): boolean {
  return typeof name === "string" && PLAIN_NAME.test(name) && name.length <= length;
}

function isSomething(text: JsonField): boolean {
  return typeof text === "string" && text.trim() !== "";
}

function objects(list: JsonField): readonly JsonObject[] {
  return arrayOf(list).filter(isObject);
}
