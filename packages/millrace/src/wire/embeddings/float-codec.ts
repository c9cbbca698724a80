import { decodeBase64, encodeBase64 } from "../bytes/base64.ts";

const BYTES_PER_FLOAT = 4;

/** The numbers in base64 of little-endian 32-bit floats, or nothing where the text is not that. */
export function decodeFloats(base64: string): number[] | undefined {
  const bytes = decodeBase64(base64);
  if (bytes === undefined || bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / BYTES_PER_FLOAT }, (_, i) => view.getFloat32(i * BYTES_PER_FLOAT, true));
}

/** Numbers as base64 of little-endian 32-bit floats, the precision that vectors have on any server. */
export function encodeFloats(numbers: readonly number[]): string {
  const bytes = new Uint8Array(numbers.length * BYTES_PER_FLOAT);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) view.setFloat32(i * BYTES_PER_FLOAT, number, true);
  return encodeBase64(bytes);
}
