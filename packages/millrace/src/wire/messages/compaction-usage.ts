import type { JsonObject } from "../../model/json.ts";
import { countOf, objectOf, objectsOf } from "../json/read.ts";

/** Token counts by their names in the dialect, as far as they can be added up. */
export interface SpentTokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
}

/**
 * What was spent on summing the conversation up while it was answered. The server bills it, but leaves it out of the
 * counts at the top: they say how long the conversation is.
 */
export function compactionIn({ iterations }: JsonObject): SpentTokens {
  const entries = objectsOf(iterations).filter(({ type }) => type === "compaction");
  const sum = (name: string): number => entries.reduce((total, entry) => total + countIn(entry, name), 0);
  return {
    input: sum("input_tokens"),
    output: sum("output_tokens"),
    cacheRead: sum("cache_read_input_tokens"),
    cacheWrite: sum("cache_creation_input_tokens"),
    cacheWrite1h: entries.reduce((total, entry) => total + hourIn(entry), 0),
  };
}

/** The counts at the top with what was spent on compaction among them. */
export function withCompaction(raw: JsonObject): JsonObject {
  const spent = compactionIn(raw);
  if (Object.values(spent).every((tokens) => tokens === 0)) return raw;
  return {
    ...raw,
    input_tokens: countIn(raw, "input_tokens") + spent.input,
    output_tokens: countIn(raw, "output_tokens") + spent.output,
    cache_read_input_tokens: countIn(raw, "cache_read_input_tokens") + spent.cacheRead,
    cache_creation_input_tokens: countIn(raw, "cache_creation_input_tokens") + spent.cacheWrite,
    ...(spent.cacheWrite1h > 0 && {
      cache_creation: { ephemeral_1h_input_tokens: hourIn(raw) + spent.cacheWrite1h },
    }),
  };
}

function hourIn(counts: JsonObject): number {
  return countIn(objectOf(counts["cache_creation"]) ?? {}, "ephemeral_1h_input_tokens");
}

/** A number that is none is nobody's to add up. */
function countIn(counts: JsonObject, name: string): number {
  return countOf(counts[name]) ?? 0;
}
