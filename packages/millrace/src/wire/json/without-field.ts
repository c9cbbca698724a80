import { joined } from "../bytes/joined.ts";
import { scanTopLevel, skipSpace } from "./top-level.ts";

const COMMA = 0x2c;

/**
 * The bytes of a JSON object without one of its fields; every other byte stays what it was. Nothing where the fields
 * cannot be told apart safely, as in {@link scanTopLevel}.
 */
export function withoutField(bytes: Uint8Array, key: string): Uint8Array | undefined {
  const fields = scanTopLevel(bytes);
  if (fields === undefined) return undefined;
  const value = fields.values.get(key);
  if (value === undefined) return bytes;
  const names = [...fields.values];
  const at = names.findIndex(([name]) => name === key);
  // From behind the value before it, or from behind the brace, so that the comma before it goes as well.
  const before = names[at - 1]?.[1].end ?? fields.front;
  if (at > 0) return joined([bytes.subarray(0, before), bytes.subarray(value.end)]);
  const behind = skipSpace(bytes, value.end);
  const end = bytes[behind] === COMMA ? behind + 1 : behind;
  return joined([bytes.subarray(0, before), bytes.subarray(end)]);
}
