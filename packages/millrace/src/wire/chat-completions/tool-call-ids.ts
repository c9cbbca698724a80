import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { MessageStep } from "./message-step.ts";
import type { ToolCallIdForm } from "./rules.ts";

/**
 * Puts ids of tool calls that the server refuses into its form, message by message, the same for a call and its results. What
 * an id becomes depends on nothing that comes after it, so the beginning of a conversation that grows
 * stays the same, and a server's cache of it stays good.
 */
export function toolCallIdStep(form: ToolCallIdForm): MessageStep {
  let ids: IdMap | undefined;
  return (message, index, editor) => {
    if (message["tool_calls"] === undefined && message["tool_call_id"] === undefined) return message;
    ids ??= new IdMap(form);
    return adaptMessage(message, ids, (field) => {
      const to = "an id in the server's form";
      const reason = "the server refuses ids of another form";
      editor.report({ field: `messages[${index}].${field}`, action: "replaced", to, reason });
    });
  };
}

function adaptMessage(message: JsonObject, ids: IdMap, report: (field: string) => void): JsonObject {
  const { tool_calls: calls, tool_call_id: resultOf } = message;
  if (isArray(calls)) {
    const adapted = calls.map((call, position) => adaptCall(call, ids, () => report(`tool_calls[${position}].id`)));
    return adapted.some((call, position) => call !== calls[position]) ? { ...message, tool_calls: adapted } : message;
  }
  if (typeof resultOf !== "string") return message;
  const id = ids.idFor(resultOf, stringOf(message["name"]));
  if (id === resultOf) return message;
  report("tool_call_id");
  return { ...message, tool_call_id: id };
}

function adaptCall(call: JsonValue, ids: IdMap, report: () => void): JsonValue {
  const given = isObject(call) ? call["id"] : undefined;
  if (!isObject(call) || typeof given !== "string") return call;
  const id = ids.idFor(given, stringOf((objectOf(call["function"]) ?? objectOf(call["custom"]))?.["name"]));
  if (id === given) return call;
  report();
  return { ...call, id };
}

/** What each id of one conversation is known by to the server. */
class IdMap {
  readonly #fits: RegExp;
  readonly #made: ToolCallIdForm["made"];
  readonly #known = new Map<string, string>();
  readonly #taken = new Set<string>();

  constructor({ pattern, made }: ToolCallIdForm) {
    this.#fits = new RegExp(pattern, "u");
    this.#made = made;
  }

  idFor(given: string, name: string | undefined): string {
    const known = this.#known.get(given);
    if (known !== undefined) return known;
    const id = this.#fits.test(given) && !this.#taken.has(given) ? given : this.#make(given, name ?? "call");
    this.#known.set(given, id);
    this.#taken.add(id);
    return id;
  }

  #make(given: string, name: string): string {
    const count = this.#known.size;
    for (let round = 0; ; round += 1) {
      const id = this.#made === "function-and-count" ? `functions.${name}:${count + round}` : madeOf(given, round);
      if (!this.#taken.has(id)) return id;
    }
  }
}

/** Mistral takes exactly this many, every other server more. */
const MADE_LENGTH = 9;
const LETTERS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Letters and digits that are always the same for an id; another round gives others. */
function madeOf(given: string, round: number): string {
  const hashes = [fnv1a(given, 2 * round), fnv1a(given, 2 * round + 1)];
  const places = Array.from({ length: MADE_LENGTH }, (_, at) => {
    const place = Math.floor((hashes[at % 2] ?? 0) / LETTERS_AND_DIGITS.length ** Math.floor(at / 2));
    return LETTERS_AND_DIGITS[place % LETTERS_AND_DIGITS.length];
  });
  return places.join("");
}

/** The 32-bit hash of Fowler, Noll and Vo, begun elsewhere for each seed. */
function fnv1a(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ Math.imul(seed, 0x9e3779b9)) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}
