import type { ContentPart } from "../../model/message.ts";
import { decodeBase64 } from "../bytes/base64.ts";
import { readDataUrl, writeDataUrl } from "../translation/data-url.ts";

/** What a file begins with: at `at`, these characters. */
interface Signature {
  readonly mediaType: string;
  readonly at: number;
  readonly text: string;
}

const SIGNATURES: readonly Signature[] = [
  { mediaType: "image/png", at: 1, text: "PNG" },
  { mediaType: "image/jpeg", at: 0, text: "\xff\xd8\xff" },
  { mediaType: "image/gif", at: 0, text: "GIF8" },
  { mediaType: "image/webp", at: 8, text: "WEBP" },
  { mediaType: "image/bmp", at: 0, text: "BM" },
  { mediaType: "audio/wav", at: 8, text: "WAVE" },
  { mediaType: "audio/mp3", at: 0, text: "ID3" },
  // The frames themselves, where nothing stands before them.
  { mediaType: "audio/mp3", at: 0, text: "\xff\xfb" },
  { mediaType: "audio/mp3", at: 0, text: "\xff\xf3" },
  { mediaType: "audio/mp3", at: 0, text: "\xff\xf2" },
  { mediaType: "audio/flac", at: 0, text: "fLaC" },
  { mediaType: "audio/ogg", at: 0, text: "OggS" },
];

/** What nobody recognises is taken for what most pictures are. */
const USUAL = "image/jpeg";
/** Characters of base64 that hold all signatures. */
const HEAD_LENGTH = 16;

/** What base64 without a name holds, as a part: the dialect has one list for pictures and sounds. */
export function decodeMedia(given: string): ContentPart {
  const named = readDataUrl(given);
  const data = (named?.data ?? given).replaceAll(/\s/g, "");
  const mediaType = named?.mediaType ?? mediaTypeOf(data);
  const [kind, format = ""] = mediaType.split("/");
  return kind === "audio" ? { type: "audio", data, format } : { type: "image", url: writeDataUrl({ mediaType, data }) };
}

function mediaTypeOf(data: string): string {
  const head = String.fromCharCode(...(decodeBase64(data.slice(0, HEAD_LENGTH)) ?? []));
  return SIGNATURES.find(({ at, text }) => head.startsWith(text, at))?.mediaType ?? USUAL;
}

const BASE64 = /^[A-Za-z0-9+/\s_-]+={0,2}\s*$/;

/** Whether a text may be media: base64, or a data URL of it. Nothing is decoded. */
export function isMedia(text: string): boolean {
  return BASE64.test(readDataUrl(text)?.data ?? text);
}
