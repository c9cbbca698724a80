import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isObject } from "../../wire/json/read.ts";

/** One word for what servers call differently. Words that are not here are passed on. */
const WORDS: Readonly<Record<string, string>> = {
  completion_chat: "chat",
  function_calling: "tools",
  tool_calling: "tools",
  tool_use: "tools",
  tools_available: "tools",
  image_in: "vision",
  image_input: "vision",
  video_in: "video_input",
  audio_in: "audio_input",
  thinking: "reasoning",
  embedding: "embeddings",
};

/** Parameters that say what a model can do, among those that a server lists as supported. */
const TELLING_PARAMETERS: ReadonlySet<string> = new Set(["tools", "reasoning", "structured_outputs"]);

const WORDS_MAX = 32;
const WORD_LENGTH_MAX = 64;

/** What a server says in its list that a model can do, in one word each; absent where it says nothing. */
export function capabilitiesOf(raw: JsonObject): readonly string[] | undefined {
  const said = [
    ...wordsIn(raw["capabilities"]),
    ...modalities(raw["architecture"]),
    ...wordsIn(raw["supported_parameters"]).filter((word) => TELLING_PARAMETERS.has(word)),
    ...flagsIn(raw),
  ];
  const words = said.filter((word) => word.length <= WORD_LENGTH_MAX).map((word) => WORDS[word] ?? word);
  return words.length === 0 ? undefined : [...new Set(words)].sort().slice(0, WORDS_MAX);
}

/** A list of words, or an object of those that are true. */
function wordsIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.filter((word) => typeof word === "string").map(normal);
  if (!isObject(value)) return [];
  return trueIn(value).map(normal);
}

/** What it reads beside text. */
function modalities(architecture: JsonValue | undefined): readonly string[] {
  if (!isObject(architecture)) return [];
  return wordsIn(architecture["input_modalities"])
    .filter((word) => word !== "text")
    .map((word) => `${word}_input`);
}

/** `supports_tools: true` and the like. */
function flagsIn(raw: JsonObject): readonly string[] {
  return trueIn(raw)
    .filter((name) => name.startsWith("supports_") || name === "tools_available")
    .map((name) => normal(name.replace(/^supports_/, "")));
}

function trueIn(record: JsonObject): readonly string[] {
  return Object.keys(record).filter((name) => record[name] === true);
}

function normal(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
}
