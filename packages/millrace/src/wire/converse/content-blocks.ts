import type { JsonObject } from "../../model/json.ts";
import type { CacheControl, ContentPart } from "../../model/message.ts";
import { stringOf } from "../json/read.ts";
import { readDataUrl } from "../translation/data-url.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import type { DocumentNames } from "./document-names.ts";
import { endingOf, mediaFormat } from "./media.ts";
import type { MediaFormat, MediaKind } from "./media.ts";
import type { ModelFamily } from "./rules.ts";
import type { ConverseBlock } from "./types.ts";

/** What writing one request's content needs to know and keeps. */
export interface ContentContext {
  readonly family: ModelFamily;
  readonly account: EncodingAccount;
  readonly documents: DocumentNames;
}

type Encoder<P extends ContentPart> = (part: P, path: string, context: ContentContext) => ConverseBlock | undefined;
type Encoders = { readonly [K in ContentPart["type"]]: Encoder<Extract<ContentPart, { readonly type: K }>> };

const ENCODERS: Encoders = {
  text: ({ text }) => textBlock(text),
  refusal: ({ refusal }) => textBlock(refusal),
  image: ({ url, detail }, path, { account }) => {
    if (detail !== undefined && detail !== "auto") account.dropOnce(`${path}.detail`, "the server decides itself");
    const data = readDataUrl(url);
    const format = mediaFormat(data?.mediaType ?? endingOf(url), ["image"]);
    const source = data === undefined ? s3Source(url) : { bytes: data.data };
    if (source !== undefined && format !== undefined) return { image: { format: format.format, source } };
    account.refuse(path, "Bedrock's Converse API takes images as data only: PNG, JPEG, GIF or WebP");
    return undefined;
  },
  audio: ({ data, format }, path, { account }) => {
    const known = mediaFormat(format, ["audio"]);
    if (known === undefined) account.refuse(path, "Bedrock's Converse API takes no audio of this format");
    return known && { audio: { format: known.format, source: { bytes: data } } };
  },
  file: ({ file }, path, context) => {
    const found = fileOf(file);
    if (found === undefined)
      context.account.refuse(path, "Bedrock's Converse API takes files as data only, of a format that it knows");
    return found && fileBlock(found, stringOf(file["filename"]), context);
  },
  opaque: ({ raw }) => raw,
};

/** A part as a block; nothing where there is nothing to say, or no place for it, which is then a refusal. */
export function blockOf(part: ContentPart, path: string, context: ContentContext): ConverseBlock | undefined {
  return encodeAs(part, path, context);
}

function encodeAs<K extends ContentPart["type"]>(
  part: Extract<ContentPart, { readonly type: K }>,
  path: string,
  context: ContentContext,
): ConverseBlock | undefined {
  const encode: Encoders[K] = ENCODERS[part.type];
  return encode(part, path, context);
}

/** A text; nothing where it is blank, which the API refuses. */
export function textBlock(text: string): ConverseBlock | undefined {
  return text.trim() === "" ? undefined : { text };
}

/** What marks the end of a beginning that is worth caching: it stands behind it. */
export function cachePoint(
  mark: CacheControl | undefined,
  { family, account }: ContentContext,
): ConverseBlock | undefined {
  if (mark === undefined) return undefined;
  if (!family.cachePoints) {
    account.dropOnce("cache_control", "the model has no cache that is asked for");
    return undefined;
  }
  const ttl = family.cacheTtl ? stringOf(mark["ttl"]) : undefined;
  if (ttl === undefined && mark["ttl"] !== undefined) {
    account.dropOnce("cache_control.ttl", "the model decides itself how long it caches");
  }
  return { cachePoint: { type: "default", ...(ttl !== undefined && { ttl }) } };
}

/** A part's own mark. */
export function markOf(part: ContentPart): CacheControl | undefined {
  return "cacheControl" in part ? part.cacheControl : undefined;
}

interface FoundFile extends MediaFormat {
  readonly source: JsonObject;
}

function fileOf(file: JsonObject): FoundFile | undefined {
  const ending = endingOf(stringOf(file["filename"]) ?? "");
  const content = stringOf(file["file_data"]);
  if (content === undefined) {
    const url = stringOf(file["file_url"]) ?? "";
    const source = s3Source(url);
    const format = mediaFormat(endingOf(url)) ?? mediaFormat(ending);
    return source && format && { ...format, source };
  }
  const data = readDataUrl(content);
  const format = (data && mediaFormat(data.mediaType)) ?? mediaFormat(ending);
  // Some clients give bare base64.
  return format && { ...format, source: { bytes: data?.data ?? content } };
}

const BARE: ReadonlySet<MediaKind> = new Set(["image", "video", "audio"]);

function fileBlock(
  { kind, format, source }: FoundFile,
  filename: string | undefined,
  { documents }: ContentContext,
): ConverseBlock {
  if (BARE.has(kind)) return { [kind]: { format, source } };
  return { document: { format, name: documents.take(filename), source } };
}

/** Only the service's own storage is read by it. */
function s3Source(url: string): JsonObject | undefined {
  return url.startsWith("s3://") ? { s3Location: { uri: url } } : undefined;
}
