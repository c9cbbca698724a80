import type { JsonObject } from "../../model/json.ts";
import type { ContentPart } from "../../model/message.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { encodeBase64 } from "../bytes/base64.ts";
import { present } from "../failure/present.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { writeDataUrl } from "../translation/data-url.ts";
import { textOf } from "./block-text.ts";
import type { Block } from "./types.ts";

type Decoder = (fields: FieldReader, block: Block) => ContentPart | undefined;

const DECODERS: Readonly<Record<string, Decoder>> = {
  text: (fields) => {
    const text = fields.string("text");
    return text === undefined ? undefined : { type: "text", text, ...marksOf(fields) };
  },
  image: (fields, block) => {
    const url = urlOf(objectOf(block["source"]));
    fields.any("source");
    return url === undefined ? undefined : { type: "image", url, ...marksOf(fields) };
  },
  document: (fields, block) => {
    const source = fileOf(objectOf(block["source"]));
    fields.any("source");
    const filename = fields.string("title");
    if (source === undefined) return undefined;
    return { type: "file", file: { ...source, ...present({ filename }) }, ...marksOf(fields) };
  },
};

/** Reads a block as a part. One of an unknown type, or without what its type needs, is kept whole. */
export function decodeBlock(block: Block): ContentPart {
  const type = stringOf(block["type"]) ?? "";
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  return decode?.(new FieldReader(block), block) ?? { type: "opaque", raw: block, ...present({ text: textOf(block) }) };
}

type SourceReader<T> = (source: JsonObject) => T | undefined;

/** A source holds nothing else: what has more is kept whole. */
const IMAGE_SOURCES: Readonly<Record<string, SourceReader<string>>> = {
  base64: dataUrlIn,
  url: ({ url }) => stringOf(url),
};

const DOCUMENT_SOURCES: Readonly<Record<string, SourceReader<JsonObject>>> = {
  base64: (source) => {
    const data = dataUrlIn(source);
    return data === undefined ? undefined : { file_data: data };
  },
  text: ({ data, media_type: type }) => {
    const text = stringOf(data);
    if (text === undefined) return undefined;
    const encoded = encodeBase64(new TextEncoder().encode(text));
    return { file_data: writeDataUrl({ mediaType: stringOf(type) ?? "text/plain", data: encoded }) };
  },
  url: ({ url }) => (typeof url === "string" ? { file_url: url } : undefined),
  file: ({ file_id: id }) => (typeof id === "string" ? { file_id: id } : undefined),
};

function urlOf(source: JsonObject | undefined): string | undefined {
  return readSource(source, IMAGE_SOURCES);
}

function fileOf(source: JsonObject | undefined): JsonObject | undefined {
  return readSource(source, DOCUMENT_SOURCES);
}

function readSource<T>(
  source: JsonObject | undefined,
  readers: Readonly<Record<string, SourceReader<T>>>,
): T | undefined {
  const type = stringOf(source?.["type"]) ?? "";
  return source !== undefined && Object.hasOwn(readers, type) ? readers[type]?.(source) : undefined;
}

function dataUrlIn({ media_type: type, data }: JsonObject): string | undefined {
  if (typeof type !== "string" || typeof data !== "string") return undefined;
  return writeDataUrl({ mediaType: type, data });
}

function marksOf(fields: FieldReader): { readonly cacheControl?: JsonObject; readonly extra?: JsonObject } {
  fields.any("type");
  return present({ cacheControl: fields.object("cache_control"), extra: fields.rest() });
}
