import type { JsonObject, JsonValue } from "../../model/json.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isObject, numberOf, objectOf, objectsOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { bytesBefore, unitsBefore } from "./text-offsets.ts";

/** A source that a piece of the answer is from; places count the units of our strings. */
interface Citation {
  readonly url: string;
  readonly title?: string;
  readonly start?: number;
  readonly end?: number;
}

/** What a candidate says of its sources as the annotations of chat completions. `text` is the whole answer. */
export function readAnnotations(grounding: JsonField, citations: JsonField, text: string): readonly JsonObject[] {
  const found = [...supported(objectOf(grounding)), ...quoted(objectOf(citations))];
  const places = unitsBefore(
    text,
    found.flatMap(({ start, end }) => [start, end].filter((place) => place !== undefined)),
  );
  return found.map(({ url, title, start, end }) => ({
    type: "url_citation",
    url_citation: {
      url,
      ...present({
        title,
        start_index: start === undefined ? undefined : places.get(start),
        end_index: end === undefined ? undefined : places.get(end),
      }),
    },
  }));
}

/** Where a support names several sources, each is a citation. Sources that support nothing are told without a place. */
function supported(grounding: JsonObject | undefined): readonly Citation[] {
  const chunks = arrayOf(grounding?.["groundingChunks"]).map(sourceOf);
  const supports = objectsOf(grounding?.["groundingSupports"]);
  if (supports.length === 0) return chunks.filter((source) => source !== undefined);
  return supports.flatMap((support) => {
    const segment = objectOf(support["segment"]);
    const end = numberOf(segment?.["endIndex"]);
    // A place at the very beginning is left out on the wire.
    const start = numberOf(segment?.["startIndex"]) ?? (end === undefined ? undefined : 0);
    return arrayOf(support["groundingChunkIndices"]).flatMap((index): readonly Citation[] => {
      const source = typeof index === "number" ? chunks[index] : undefined;
      return source === undefined ? [] : [{ ...source, ...present({ start, end }) }];
    });
  });
}

function sourceOf(chunk: JsonValue): Citation | undefined {
  const fields = objectOf(chunk);
  const source = objectOf(fields?.["web"]) ?? objectOf(fields?.["retrievedContext"]) ?? objectOf(fields?.["maps"]);
  const url = stringOf(source?.["uri"]);
  return url === undefined ? undefined : { url, ...present({ title: stringOf(source?.["title"]) }) };
}

function quoted(metadata: JsonObject | undefined): readonly Citation[] {
  const citations = [...arrayOf(metadata?.["citations"]), ...arrayOf(metadata?.["citationSources"])];
  return citations.filter(isObject).flatMap((citation): readonly Citation[] => {
    const url = stringOf(citation["uri"]);
    if (url === undefined) return [];
    const end = numberOf(citation["endIndex"]);
    const start = numberOf(citation["startIndex"]) ?? (end === undefined ? undefined : 0);
    return [{ url, ...present({ title: stringOf(citation["title"]), start, end }) }];
  });
}

/** The annotations of chat completions as grounding; nothing where there are none. */
export function writeGrounding(annotations: JsonField, text: string): JsonObject | undefined {
  const citations = arrayOf(annotations).flatMap((annotation) => citationOf(objectOf(annotation)));
  if (citations.length === 0) return undefined;
  const sources = new Map<string, { readonly index: number; readonly web: JsonObject }>();
  for (const { url: uri, title } of citations) {
    if (!sources.has(uri)) sources.set(uri, { index: sources.size, web: { uri, ...present({ title }) } });
  }
  const places = bytesBefore(
    text,
    citations.flatMap(({ start, end }) => [start, end].filter((place) => place !== undefined)),
  );
  const supports = citations.flatMap(({ url, start, end }): readonly JsonObject[] => {
    const endIndex = end === undefined ? undefined : places.get(end);
    if (end === undefined || endIndex === undefined) return [];
    const startIndex = start === undefined ? undefined : places.get(start);
    const segment = { ...present({ startIndex }), endIndex, text: text.slice(start ?? 0, end) };
    return [{ segment, groundingChunkIndices: [sources.get(url)?.index ?? 0] }];
  });
  return {
    groundingChunks: [...sources.values()].map(({ web }) => ({ web })),
    ...(supports.length > 0 && { groundingSupports: supports }),
  };
}

function citationOf(annotation: JsonObject | undefined): readonly Citation[] {
  const citation = objectOf(annotation?.["url_citation"]);
  const url = stringOf(citation?.["url"]);
  if (citation === undefined || url === undefined) return [];
  const [start, end] = [numberOf(citation["start_index"]), numberOf(citation["end_index"])];
  return [{ url, ...present({ title: stringOf(citation["title"]), start, end }) }];
}
