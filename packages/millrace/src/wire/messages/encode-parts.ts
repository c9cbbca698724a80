import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, FilePart } from "../../model/message.ts";
import { decodeBase64 } from "../bytes/base64.ts";
import { present } from "../failure/present.ts";
import { stringOf } from "../json/read.ts";
import { readDataUrl } from "../translation/data-url.ts";
import type { DataUrl } from "../translation/data-url.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import type { Block } from "./types.ts";

/** What writing a part needs to know, and where it tells of what it cannot write. */
export interface PartEncoding {
  readonly account: EncodingAccount;
  /** The path of the content that the part is in. */
  readonly path: string;
  /** Ids of files are another service's. */
  readonly translated: boolean;
}

type Encoders = {
  readonly [K in ContentPart["type"]]: (
    part: Extract<ContentPart, { type: K }>,
    path: string,
    options: PartEncoding,
  ) => Block | undefined;
};

const ENCODERS: Encoders = {
  // Servers refuse a text of nothing.
  text: ({ text, cacheControl, extra }) =>
    text.trim() === "" ? undefined : { ...extra, type: "text", text, ...cached(cacheControl) },
  image: ({ url, cacheControl, extra }, path, { account }) => {
    const source = imageSource(url);
    if (source === undefined) account.refuse(path, `\`${path}\` holds an image that is neither at a URL nor base64`);
    return source && { ...extra, type: "image", source, ...cached(cacheControl) };
  },
  audio: (_part, path, { account }) => {
    account.refuse(path, `\`${path}\` holds audio, which the server's dialect has no place for`);
    return undefined;
  },
  file: encodeFile,
  refusal: ({ refusal }) => (refusal.trim() === "" ? undefined : { type: "text", text: refusal }),
  opaque: ({ raw }) => raw,
};

/** Parts as blocks; those that say nothing are left out. */
export function encodeParts(parts: readonly ContentPart[], options: PartEncoding): readonly Block[] {
  return parts
    .map((part, index) => encodeAs(part, `${options.path}[${index}]`, options))
    .filter((block) => block !== undefined);
}

function encodeAs<K extends ContentPart["type"]>(
  part: Extract<ContentPart, { type: K }>,
  path: string,
  options: PartEncoding,
): Block | undefined {
  const encode: Encoders[K] = ENCODERS[part.type];
  return encode(part, path, options);
}

function encodeFile({ file, cacheControl, extra }: FilePart, path: string, options: PartEncoding): Block | undefined {
  const { account, translated } = options;
  const data = stringOf(file["file_data"]);
  const url = stringOf(file["file_url"]);
  const id = stringOf(file["file_id"]);
  const read = data === undefined ? undefined : (readDataUrl(data) ?? bareFile(data, file));
  const marks = { ...extra, ...cached(cacheControl) };
  if (read?.mediaType.startsWith("image/")) return { ...marks, type: "image", source: base64Source(read) };
  const source = (read && documentSource(read)) ?? (url === undefined ? undefined : { type: "url", url });
  const document = { ...marks, type: "document", ...present({ title: stringOf(file["filename"]) }) };
  if (source) return { ...document, source };
  if (id !== undefined && !translated) return { ...document, source: { type: "file", file_id: id } };
  const problem = id === undefined ? "holds a file without data" : "names a file that another service keeps";
  account.refuse(path, `\`${path}\` ${problem}`);
  return undefined;
}

/** Base64 alone, as some clients send it. */
function bareFile(data: string, file: JsonObject): DataUrl | undefined {
  if (decodeBase64(data) === undefined) return undefined;
  return { mediaType: stringOf(file["mime_type"]) ?? "application/pdf", data };
}

function documentSource(read: DataUrl): JsonObject | undefined {
  if (!read.mediaType.startsWith("text/")) return base64Source(read);
  const bytes = decodeBase64(read.data);
  // The dialect has one kind of text.
  return bytes && { type: "text", media_type: "text/plain", data: new TextDecoder().decode(bytes) };
}

function imageSource(url: string): JsonObject | undefined {
  const read = readDataUrl(url);
  if (read !== undefined) return base64Source(read);
  return /^https?:/iu.test(url) ? { type: "url", url } : undefined;
}

function base64Source({ mediaType, data }: DataUrl): JsonObject {
  return { type: "base64", media_type: mediaType, data };
}

function cached(cacheControl: JsonObject | undefined): JsonObject {
  return present({ cache_control: cacheControl });
}
