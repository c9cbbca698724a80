/** What the dialect calls what a model can do. Words that are not here it has no word for. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["chat", "completion"],
  ["completion", "completion"],
  ["completions", "completion"],
  ["tools", "tools"],
  ["vision", "vision"],
  ["image_input", "vision"],
  ["audio_input", "audio"],
  ["reasoning", "thinking"],
  ["insert", "insert"],
  ["fim", "insert"],
  ["embeddings", "embedding"],
]);

const EMBEDS = /embed/i;

/**
 * What a model can do. Of one of which nobody knows it is said that it chats and calls tools, for readers hide a model
 * without tools where they work with them, and one that has none is asked in vain at worst.
 */
export function capabilityWords(model: {
  readonly name: string;
  readonly capabilities?: readonly string[];
}): readonly string[] {
  const { name, capabilities } = model;
  if (capabilities === undefined) return EMBEDS.test(name) ? ["embedding"] : ["completion", "tools"];
  const words = new Set(capabilities.flatMap((word) => WORDS.get(word) ?? []));
  // What only embeds says so; everything else answers, and lists what it can do beyond that.
  if (!words.has("embedding")) words.add("completion");
  return [...words].sort();
}
