import type { JsonObject } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { arrayOf, numberOf, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** The dialect's log probabilities in the form of chat completions. */
export function readLogprobs(value: JsonField): JsonObject | undefined {
  const result = objectOf(value);
  const chosen = objectsOf(result?.["chosenCandidates"]);
  if (chosen.length === 0) return undefined;
  const top = arrayOf(result?.["topCandidates"]);
  const content = chosen.map((candidate, index) => ({
    ...entryOf(candidate),
    top_logprobs: objectsOf(objectOf(top[index])?.["candidates"]).map(entryOf),
  }));
  return { content };
}

function entryOf(candidate: JsonObject): JsonObject {
  return { token: stringOf(candidate["token"]) ?? "", logprob: candidate["logProbability"] ?? null, bytes: null };
}

/** Those of chat completions in the dialect's form. */
export function writeLogprobs(logprobs: JsonObject): JsonObject | undefined {
  const entries = objectsOf(logprobs["content"]);
  if (entries.length === 0) return undefined;
  return {
    topCandidates: entries.map((entry) => ({
      candidates: objectsOf(entry["top_logprobs"]).map(candidateOf),
    })),
    chosenCandidates: entries.map(candidateOf),
  };
}

function candidateOf(entry: JsonObject): JsonObject {
  return present({ token: stringOf(entry["token"]), logProbability: numberOf(entry["logprob"]) });
}
