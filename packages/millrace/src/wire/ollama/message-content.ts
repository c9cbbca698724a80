import type { Failure } from "../../model/failure.ts";
import type { ContentPart } from "../../model/message.ts";
import { decodeBase64 } from "../bytes/base64.ts";
import { failureOf } from "../failure/kinds.ts";
import { stringOf } from "../json/read.ts";
import { readDataUrl } from "../translation/data-url.ts";

/** What a turn says, as the dialect has it: one text, and media before it. */
export interface FlatContent {
  readonly text: string;
  readonly media: readonly string[];
  /** Media stood between texts: their place is lost. */
  readonly mixed: boolean;
}

/**
 * Sounds are taken where pictures are, for the server looks at their first bytes: WAV since version 0.20, MP3 since 0.30.
 * Anything else would be taken for a picture.
 */
const KNOWN_SOUND = /^(?:x-|vnd\.)?(?:wave?|mp3|mpeg)$/iu;
const SOUNDS = "The server takes sounds as WAV or MP3 only";

function isKnownSound(format: string): boolean {
  return KNOWN_SOUND.test(format);
}

type Flat = { readonly text: string } | { readonly media: string } | Failure;

type Flatteners = {
  readonly [K in ContentPart["type"]]: (part: Extract<ContentPart, { type: K }>, path: string) => Flat;
};

const FLATTENERS: Flatteners = {
  text: ({ text }) => ({ text }),
  refusal: ({ refusal }) => ({ text: refusal }),
  image: ({ url }, path) => {
    const data = readDataUrl(url)?.data;
    return data === undefined
      ? unsupported(path, "The server does not fetch images: send it as a data URL")
      : { media: data };
  },
  audio: ({ data, format }, path) => (isKnownSound(format) ? { media: data } : unsupported(path, SOUNDS)),
  file: ({ file }, path) => {
    const held = readDataUrl(stringOf(file["file_data"]) ?? "");
    const [kind, format = ""] = held?.mediaType.split("/") ?? [];
    if (kind === "audio" && !isKnownSound(format)) return unsupported(path, SOUNDS);
    if (held !== undefined && (kind === "image" || kind === "audio")) return { media: held.data };
    const bytes = held !== undefined && kind === "text" ? decodeBase64(held.data) : undefined;
    if (bytes !== undefined) return { text: new TextDecoder().decode(bytes) };
    return unsupported(path, "The server takes no such files: send text, or images as data URLs");
  },
  opaque: (_part, path) => unsupported(path, "The server takes text and images only"),
};

/** Parts as one text and media, or why one has no place. */
export function flatContent(parts: readonly ContentPart[], path: string): FlatContent | Failure {
  const texts: string[] = [];
  const media: string[] = [];
  let turns = 0;
  let wasText = false;
  for (const [index, part] of parts.entries()) {
    const flat = flatten(part, `${path}[${index}]`);
    if ("kind" in flat) return flat;
    const isText = "text" in flat;
    if (index > 0 && isText !== wasText) turns += 1;
    wasText = isText;
    if (isText) texts.push(flat.text);
    else media.push(flat.media);
  }
  return { text: texts.join("\n"), media, mixed: turns > 1 };
}

function flatten<K extends ContentPart["type"]>(part: Extract<ContentPart, { type: K }>, path: string): Flat {
  const flattener: Flatteners[K] = FLATTENERS[part.type];
  return flattener(part, path);
}

/** Another target may be able to. */
function unsupported(param: string, message: string): Failure {
  return failureOf("unsupported", message, { param });
}
