import type { JsonObject } from "../../model/json.ts";
import type { ContentPart } from "../../model/message.ts";
import { present } from "../failure/present.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { readDataUrl, writeDataUrl } from "../translation/data-url.ts";
import { camelObject } from "./spelling.ts";

/** Formats of audio by the subtype that stands for them, where the two differ. */
const FORMATS: Readonly<Record<string, string>> = { mpeg: "mp3", "x-wav": "wav", wave: "wav" };

/** Endings of addresses, for files whose type nobody gave. */
const TYPES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  pdf: "application/pdf",
  txt: "text/plain",
  mp3: "audio/mp3",
  wav: "audio/wav",
  mp4: "video/mp4",
};

export function audioFormat(mediaType: string): string {
  const subtype = mediaType.slice(mediaType.indexOf("/") + 1);
  return FORMATS[subtype] ?? subtype;
}

/** The type that the ending of an address stands for. */
export function typeOfAddress(url: string): string | undefined {
  const path = url.split(/[?#]/u, 1)[0] ?? "";
  return TYPES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
}

/**
 * Data or a file of a part in the model's words; nothing where it is neither. `rest` holds the part's other fields.
 */
export function decodeMedia(part: JsonObject, rest: JsonObject): ContentPart | undefined {
  const inline = camelObject(part["inlineData"]);
  if (inline !== undefined) return decodeInline(inline, rest);
  const file = camelObject(part["fileData"]);
  return file === undefined ? undefined : decodeFile(file, rest);
}

function decodeInline(inline: JsonObject, rest: JsonObject): ContentPart | undefined {
  const { mimeType, data, displayName, ...more } = inline;
  if (typeof data !== "string") return undefined;
  const mediaType = stringOf(mimeType)?.toLowerCase() ?? "application/octet-stream";
  const kind = mediaType.slice(0, mediaType.indexOf("/"));
  const isNamedFile = kind !== "image" && kind !== "audio";
  const unnamed = present({ ...more, displayName: isNamedFile ? undefined : displayName });
  const extra = extraOf(rest, "inlineData", unnamed);
  if (kind === "image") return { type: "image", url: writeDataUrl({ mediaType, data }), ...extra };
  if (kind === "audio") return { type: "audio", data, format: audioFormat(mediaType), ...extra };
  const file = { file_data: writeDataUrl({ mediaType, data }), ...present({ filename: stringOf(displayName) }) };
  return { type: "file", file, ...extra };
}

function decodeFile(file: JsonObject, rest: JsonObject): ContentPart | undefined {
  const { fileUri, ...more } = file;
  if (typeof fileUri !== "string") return undefined;
  const mediaType = stringOf(more["mimeType"]);
  const told = typeOfAddress(fileUri);
  const { mimeType: _known, ...unknown } = more;
  const extra = extraOf(rest, "fileData", mediaType === told ? unknown : more);
  if ((mediaType ?? told)?.startsWith("image/") === true) return { type: "image", url: fileUri, ...extra };
  return { type: "file", file: { file_url: fileUri }, ...extra };
}

function extraOf(rest: JsonObject, field: string, more: JsonObject): { readonly extra?: JsonObject } {
  const extra = { ...rest, ...(Object.keys(more).length > 0 && { [field]: more }) };
  return Object.keys(extra).length === 0 ? {} : { extra };
}

/** A part with the data of a data URL, or, where it is none, with the address. */
export function encodeAddress(url: string, extra: JsonObject | undefined, filename?: string): JsonObject {
  const data = readDataUrl(url);
  if (data !== undefined) return encodeData(data.mediaType, data.data, extra, filename);
  const own = objectOf(extra?.["fileData"]);
  return { ...extra, fileData: { ...present({ mimeType: typeOfAddress(url) }), ...own, fileUri: url } };
}

/** A part with data, and with what else stood in it. */
export function encodeData(
  mimeType: string,
  data: string,
  extra: JsonObject | undefined,
  displayName?: string,
): JsonObject {
  const own = objectOf(extra?.["inlineData"]);
  return { ...extra, inlineData: { ...own, mimeType, data, ...present({ displayName }) } };
}
