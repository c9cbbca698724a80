const NOTHING = new Uint8Array(0);

/** The pieces as one; where only one of them holds anything, that one as it is. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const filled = pieces.filter((piece) => piece.length > 0);
  const [only] = filled;
  if (only === undefined) return NOTHING;
  if (filled.length === 1) return only;
  const whole = new Uint8Array(filled.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of filled) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
