/**
 * Writes the GGUF v3 container: header, key-value metadata, tensor infos, then the tensor data, each
 * tensor aligned to 32 bytes. Little-endian throughout.
 */

export type Metadata =
  | { readonly type: "u32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "i32s"; readonly value: readonly number[] };

/** A matrix of 32-bit floats; one row makes it a vector. */
export interface Tensor {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

const ALIGNMENT = 32;
const TYPE_ID = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPE_F32 = 0;

export function encodeGguf(metadata: ReadonlyMap<string, Metadata>, tensors: readonly Tensor[]): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, entry] of metadata) parts.push(string(key), ...encodeEntry(entry));

  const blobs: Buffer[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const dimensions = tensor.rows === 1 ? [tensor.columns] : [tensor.columns, tensor.rows];
    parts.push(string(tensor.name), u32(dimensions.length), ...dimensions.map(u64));
    parts.push(u32(TENSOR_TYPE_F32), u64(offset));
    const blob = padded(Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    blobs.push(blob);
    offset += blob.length;
  }
  return Buffer.concat([padded(Buffer.concat(parts)), ...blobs]);
}

function encodeEntry(entry: Metadata): Buffer[] {
  switch (entry.type) {
    case "u32":
      return [u32(TYPE_ID.u32), u32(entry.value)];
    case "f32":
      return [u32(TYPE_ID.f32), f32(entry.value)];
    case "bool":
      return [u32(TYPE_ID.bool), Buffer.from([entry.value ? 1 : 0])];
    case "string":
      return [u32(TYPE_ID.string), string(entry.value)];
    case "strings":
      return [...arrayHead(TYPE_ID.string, entry.value.length), ...entry.value.map(string)];
    case "i32s":
      return [...arrayHead(TYPE_ID.i32, entry.value.length), ...entry.value.map(u32)];
  }
}

const arrayHead = (itemType: number, length: number): Buffer[] => [u32(TYPE_ID.array), u32(itemType), u64(length)];

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function f32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(buffer: Buffer): Buffer {
  const rest = buffer.length % ALIGNMENT;
  return rest === 0 ? buffer : Buffer.concat([buffer, Buffer.alloc(ALIGNMENT - rest)]);
}
