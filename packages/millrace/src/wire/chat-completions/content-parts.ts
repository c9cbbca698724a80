import type { JsonObject } from "../../model/json.ts";
import type { ContentPart } from "../../model/message.ts";
import { FieldReader } from "../assembly/field-reader.ts";
import { isObject, objectOf, stringOf } from "../json/read.ts";
import { present } from "../failure/present.ts";

type Encoders = {
  readonly [K in ContentPart["type"]]: (part: Extract<ContentPart, { type: K }>) => JsonObject;
};

const ENCODERS: Encoders = {
  text: ({ text, cacheControl, extra }) => ({ ...extra, type: "text", text, ...cached(cacheControl) }),
  image: ({ url, detail, cacheControl, extra = {} }) => {
    const { image_url: inner, ...outer } = extra;
    const image = { ...objectOf(inner), url, ...present({ detail }) };
    return { ...outer, type: "image_url", image_url: image, ...cached(cacheControl) };
  },
  audio: ({ data, format, extra = {} }) => {
    const { input_audio: inner, ...outer } = extra;
    return { ...outer, type: "input_audio", input_audio: { ...objectOf(inner), data, format } };
  },
  file: ({ file, cacheControl, extra }) => ({ ...extra, type: "file", file, ...cached(cacheControl) }),
  refusal: ({ refusal, extra }) => ({ ...extra, type: "refusal", refusal }),
  opaque: ({ raw }) => raw,
};

/** A part of a message's content. Fields of the object inside it stand in `extra` under its name. */
export function encodePart(part: ContentPart): JsonObject {
  return encodeAs(part);
}

function encodeAs<K extends ContentPart["type"]>(part: Extract<ContentPart, { type: K }>): JsonObject {
  const encode: Encoders[K] = ENCODERS[part.type];
  return encode(part);
}

const DECODERS: Readonly<Record<string, (part: JsonObject) => ContentPart | undefined>> = {
  text: (part) => {
    const fields = new FieldReader(part);
    const text = fields.string("text");
    return text === undefined ? undefined : { type: "text", text, ...cacheControlOf(fields), ...extraOf(fields) };
  },
  image_url: (part) => {
    // Some clients write the URL without the object around it.
    const inner = typeof part["image_url"] === "string" ? { url: part["image_url"] } : part["image_url"];
    if (!isObject(inner)) return undefined;
    const image = new FieldReader(inner);
    const url = image.string("url");
    const detail = image.oneOf("detail", ["low", "high", "auto", "original"]);
    const fields = new FieldReader(part);
    const marked = cacheControlOf(fields);
    const extra = nestedExtra(fields, "image_url", image);
    return url === undefined ? undefined : { type: "image", url, ...present({ detail }), ...marked, ...extra };
  },
  input_audio: (part) => {
    if (!isObject(part["input_audio"])) return undefined;
    const audio = new FieldReader(part["input_audio"]);
    const data = audio.string("data");
    const format = audio.string("format");
    if (data === undefined || format === undefined) return undefined;
    return { type: "audio", data, format, ...nestedExtra(new FieldReader(part), "input_audio", audio) };
  },
  file: (part) => {
    const fields = new FieldReader(part);
    const file = fields.object("file");
    return file === undefined ? undefined : { type: "file", file, ...cacheControlOf(fields), ...extraOf(fields) };
  },
  refusal: (part) => {
    const fields = new FieldReader(part);
    const refusal = fields.string("refusal");
    return refusal === undefined ? undefined : { type: "refusal", refusal, ...extraOf(fields) };
  },
};

/** Reads a part. One of an unknown type, or without what its type needs, is kept whole. */
export function decodePart(part: JsonObject): ContentPart {
  const type = stringOf(part["type"]) ?? "";
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  return decode?.(part) ?? { type: "opaque", raw: part };
}

function cached(cacheControl: JsonObject | undefined): JsonObject {
  return present({ cache_control: cacheControl });
}

function cacheControlOf(fields: FieldReader): { readonly cacheControl?: JsonObject } {
  return present({ cacheControl: fields.object("cache_control") });
}

function extraOf(fields: FieldReader): { extra?: JsonObject } {
  fields.any("type");
  const extra = fields.rest();
  return extra ? { extra } : {};
}

function nestedExtra(fields: FieldReader, name: string, inner: FieldReader): { extra?: JsonObject } {
  fields.any("type");
  fields.any(name);
  const extra = { ...fields.rest(), ...present({ [name]: inner.rest() }) };
  return Object.keys(extra).length === 0 ? {} : { extra };
}
