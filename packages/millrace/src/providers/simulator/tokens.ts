/** A word with the space before it; longer words in pieces, so that a token is always small. */
const TOKEN = /\s{1,16}\S{0,16}|\S{1,16}/gu;

/** The tokens of a text, which together are the text. They are not those of any model. */
export function* tokensOf(text: string): Generator<string> {
  for (const [token] of text.matchAll(TOKEN)) yield token;
}

/** How many tokens the texts have; `max` and one more where they have more than that. */
export function countTokens(texts: Iterable<string>, max: number): number {
  let count = 0;
  for (const text of texts) {
    for (const _ of tokensOf(text)) {
      count += 1;
      if (count > max) return count;
    }
  }
  return count;
}
