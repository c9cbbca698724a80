/** What a file can be sent as. */
export type MediaKind = "image" | "document" | "video" | "audio";

/** How a block names a file's format. */
export interface MediaFormat {
  readonly kind: MediaKind;
  readonly format: string;
}

/** The formats of each kind: the word of the API, then the media types and endings that mean it. */
const FORMATS: Readonly<Record<MediaKind, Readonly<Record<string, readonly string[]>>>> = {
  image: {
    png: ["image/png"],
    jpeg: ["image/jpeg", "image/jpg", "jpg"],
    gif: ["image/gif"],
    webp: ["image/webp"],
  },
  document: {
    pdf: ["application/pdf"],
    csv: ["text/csv"],
    doc: ["application/msword"],
    docx: ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    xls: ["application/vnd.ms-excel"],
    xlsx: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    html: ["text/html", "htm"],
    txt: ["text/plain"],
    md: ["text/markdown", "text/x-markdown"],
  },
  video: {
    mkv: ["video/x-matroska"],
    mov: ["video/quicktime"],
    mp4: ["video/mp4"],
    webm: ["video/webm"],
    flv: ["video/x-flv"],
    mpeg: ["video/mpeg"],
    mpg: ["video/mpg"],
    wmv: ["video/x-ms-wmv"],
    three_gp: ["video/3gpp", "3gp"],
  },
  audio: {
    mp3: ["audio/mpeg", "audio/mp3"],
    wav: ["audio/wav", "audio/x-wav", "audio/wave"],
    flac: ["audio/flac", "audio/x-flac"],
    opus: ["audio/opus"],
    ogg: ["audio/ogg"],
    aac: ["audio/aac"],
    m4a: ["audio/mp4", "audio/m4a", "audio/x-m4a"],
    pcm: ["audio/pcm", "audio/l16", "pcm16"],
    webm: ["audio/webm"],
  },
};

const KINDS = ["image", "document", "video", "audio"] as const;

const BY_NAME: ReadonlyMap<string, MediaFormat> = new Map(
  KINDS.flatMap((kind) =>
    Object.entries(FORMATS[kind]).flatMap(([format, names]) =>
      [...names, format].map((name) => [`${kind} ${name}`, { kind, format }] as const),
    ),
  ),
);

/** The format that a word means: a media type, an ending or the API's own word; of one kind, or of the first it fits. */
export function mediaFormat(name: string, kinds: readonly MediaKind[] = KINDS): MediaFormat | undefined {
  const word = name.toLowerCase();
  for (const kind of kinds) {
    const format = BY_NAME.get(`${kind} ${word}`);
    if (format !== undefined) return format;
  }
  // Source code and the like: text is text.
  return word.startsWith("text/") && kinds.includes("document") ? { kind: "document", format: "txt" } : undefined;
}

/** What stands behind the last dot. */
export function endingOf(name: string): string {
  return /\.(\w{1,8})$/u.exec(name)?.[1] ?? "";
}

/** The media type of a format that the API names. */
export function mediaTypeOf({ kind, format }: MediaFormat): string {
  return FORMATS[kind][format]?.[0] ?? `${kind}/${format}`;
}
