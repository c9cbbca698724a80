const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = "=".charCodeAt(0);
const NO_DIGIT = 255;
const ASCII = new TextDecoder();

/** Six bits for each character code; the URL-safe alphabet is read too. */
const SIX_BITS = new Uint8Array(128).fill(NO_DIGIT);
for (const [bits, code] of ALPHABET.entries()) SIX_BITS[code] = bits;
SIX_BITS["-".charCodeAt(0)] = 62;
SIX_BITS["_".charCodeAt(0)] = 63;

/** The bytes, or nothing where the text is no base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const length = text.endsWith("==") ? text.length - 2 : text.length - (text.endsWith("=") ? 1 : 0);
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < length; i += 1) {
    const bits = SIX_BITS[text.charCodeAt(i)] ?? NO_DIGIT;
    if (bits === NO_DIGIT) return undefined;
    held = ((held << 6) | bits) & 0xffff;
    heldBits += 6;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[at] = held >> heldBits;
    at += 1;
  }
  return bytes;
}

/** Base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const second = bytes[i + 1];
    const third = bytes[i + 2];
    const bits = ((bytes[i] ?? 0) << 16) | ((second ?? 0) << 8) | (third ?? 0);
    text[at] = ALPHABET[bits >> 18] ?? PADDING;
    text[at + 1] = ALPHABET[(bits >> 12) & 63] ?? PADDING;
    text[at + 2] = second === undefined ? PADDING : (ALPHABET[(bits >> 6) & 63] ?? PADDING);
    text[at + 3] = third === undefined ? PADDING : (ALPHABET[bits & 63] ?? PADDING);
    at += 4;
  }
  return ASCII.decode(text);
}
