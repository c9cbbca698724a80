import type { JsonValue } from "../../model/json.ts";
import { parseJson } from "../json/parse.ts";
import type { ErrorReport } from "./report.ts";
import { reportWith } from "./report.ts";

/** What the body of a reply turned out to be. */
export type Body =
  | { readonly kind: "empty" }
  | { readonly kind: "json"; readonly value: JsonValue }
  /** A web page or other markup; only its title is of use. */
  | { readonly kind: "markup"; readonly title: string | undefined }
  | { readonly kind: "text"; readonly text: string }
  /** JSON that was cut, or that its server wrote badly. */
  | { readonly kind: "broken-json"; readonly report: ErrorReport };

/** No account of an error needs more values than this takes, in bytes. */
const VALUE_BYTES_MAX = 4 * 1024 * 1024;

/** A page's title stands near its beginning, in characters. */
const TITLE_WITHIN = 16_384;
const TITLE = /<title[^>]{0,200}>([^<]{1,300})/iu;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&#x27;", "'"],
  ["&nbsp;", " "],
]);
const ENTITY = /&(?:amp|lt|gt|quot|#39|#x27|nbsp);/giu;

const BROKEN_MESSAGE = /"(?:message|msg|detail|error)"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){1,4000})/u;
const BROKEN_CODE = /"code"\s{0,9}:\s{0,9}(?:"([^"\\]{1,200})"|(\d{1,9}))/u;
const BROKEN_TYPE = /"type"\s{0,9}:\s{0,9}"([^"\\]{1,200})"/u;

/** Tells what a body is by its first characters; content types are often wrong on errors. */
export function readBody(body: string): Body {
  const text = body.trim();
  if (text === "") return { kind: "empty" };
  const parsed = parseJson(text, VALUE_BYTES_MAX);
  if (parsed.ok) return { kind: "json", value: parsed.value };
  if (text.startsWith("<")) return { kind: "markup", title: titleIn(text) };
  const looksLikeJson = text.startsWith("{") || text.startsWith("[{");
  return looksLikeJson ? { kind: "broken-json", report: salvage(text) } : { kind: "text", text };
}

function titleIn(markup: string): string | undefined {
  const title = TITLE.exec(markup.slice(0, TITLE_WITHIN))?.[1]
    ?.replace(ENTITY, (entity) => ENTITIES.get(entity.toLowerCase()) ?? entity)
    .trim();
  return title === "" ? undefined : title;
}

/** The first message, code and type in it, wherever they stand. */
function salvage(text: string): ErrorReport {
  const message = BROKEN_MESSAGE.exec(text)?.[1];
  const code = BROKEN_CODE.exec(text);
  return reportWith({
    message: message === undefined ? text : unescaped(message),
    code: code?.[1] ?? (code?.[2] === undefined ? undefined : Number(code[2])),
    type: BROKEN_TYPE.exec(text)?.[1],
  });
}

function unescaped(content: string): string {
  const parsed = parseJson(`"${content}"`);
  return parsed.ok && typeof parsed.value === "string" ? parsed.value : content;
}
