/** What a data URL holds. */
export interface DataUrl {
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

const PREFIX = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;

/** Reads a data URL in base64; nothing where the text is none. */
export function readDataUrl(url: string): DataUrl | undefined {
  const match = PREFIX.exec(url.slice(0, 256));
  if (match === null) return undefined;
  return {
    mediaType: match[1] === "" ? "text/plain" : (match[1] ?? "").toLowerCase(),
    data: url.slice(match[0].length),
  };
}

export function writeDataUrl({ mediaType, data }: DataUrl): string {
  return `data:${mediaType};base64,${data}`;
}
