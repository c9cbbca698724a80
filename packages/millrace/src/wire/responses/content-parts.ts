import type { JsonObject } from "../../model/json.ts";
import type { ContentPart } from "../../model/message.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { present } from "../failure/present.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { plainContent } from "../translation/conversation.ts";

type Decoder = (fields: FieldReader) => ContentPart | undefined;

const decodeText: Decoder = (fields) => {
  const text = fields.string("text");
  if (text === undefined) return undefined;
  const cacheControl = fields.object("cache_control");
  return { type: "text", text, ...present({ cacheControl, extra: fields.rest() }) };
};

const DECODERS: Readonly<Record<string, Decoder>> = {
  input_text: decodeText,
  output_text: decodeText,
  text: decodeText,
  input_image: (fields) => {
    const url = fields.string("image_url");
    if (url === undefined) return imageById(fields);
    const detail = fields.oneOf("detail", ["low", "high", "auto", "original"]);
    const cacheControl = fields.object("cache_control");
    return { type: "image", url, ...present({ detail, cacheControl, extra: fields.rest() }) };
  },
  input_file: (fields) => {
    const file = Object.fromEntries(
      FILE_FIELDS.flatMap((name) => {
        const value = fields.string(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const cacheControl = fields.object("cache_control");
    return { type: "file", file, ...present({ cacheControl, extra: fields.rest() }) };
  },
  input_audio: (fields) => {
    const audio = new FieldReader(fields.object("input_audio") ?? {});
    const data = audio.string("data");
    const format = audio.string("format");
    if (data === undefined || format === undefined) return undefined;
    return { type: "audio", data, format, ...present({ extra: fields.rest() }) };
  },
  refusal: (fields) => {
    const refusal = fields.string("refusal");
    return refusal === undefined ? undefined : { type: "refusal", refusal, ...present({ extra: fields.rest() }) };
  },
};

const FILE_FIELDS = ["file_data", "file_url", "file_id", "filename"] as const;

/** The model has files by id, also one that is an image. */
function imageById(fields: FieldReader): ContentPart | undefined {
  const fileId = fields.string("file_id");
  if (fileId === undefined) return undefined;
  return { type: "file", file: { file_id: fileId }, isImage: true, ...present({ extra: fields.rest() }) };
}

/** Reads a part. One of an unknown type, or without what its type needs, is kept whole. */
function decodePart(part: JsonObject): ContentPart {
  const type = stringOf(part["type"]) ?? "";
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  const fields = new FieldReader(withoutEmpty(part));
  fields.any("type");
  return decode?.(fields) ?? { type: "opaque", raw: part };
}

/** Content as text where it is nothing else, for servers that know texts only. */
export function decodeContent(content: JsonField): string | readonly ContentPart[] {
  if (!isArray(content)) return stringOf(content) ?? "";
  return plainContent(content.filter(isObject).map(decodePart));
}

/** A part of what the user, a tool or the instructions say; nothing where this dialect has no place for it. */
export function encodeInputPart(part: ContentPart): JsonObject | undefined {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text, ...part.extra };
    case "image":
      return { type: "input_image", image_url: part.url, ...present({ detail: part.detail }), ...part.extra };
    case "file":
      return { type: part.isImage === true ? "input_image" : "input_file", ...part.file, ...part.extra };
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format }, ...part.extra };
    case "refusal":
      return { type: "input_text", text: part.refusal, ...part.extra };
    case "opaque":
      return part.raw;
  }
}

/** A part of an earlier answer; nothing where an answer cannot hold it. */
export function encodeOutputPart(part: ContentPart): JsonObject | undefined {
  if (part.type === "text") return { type: "output_text", text: part.text, annotations: [], ...part.extra };
  if (part.type === "refusal") return { type: "refusal", refusal: part.refusal, ...part.extra };
  return part.type === "opaque" ? part.raw : undefined;
}

/** `null` and empty lists are how servers say that there are no annotations and the like. */
function withoutEmpty(part: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== null && !(isArray(value) && value.length === 0)),
  );
}
