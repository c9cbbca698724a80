import { isUtf8 } from "node:buffer";
import type { JsonObject } from "../model/json.ts";
import type { RequestBody } from "../providers/provider.ts";
import { outlineOf } from "../wire/json/outline.ts";
import { parseJson } from "../wire/json/parse.ts";
import { isObject } from "../wire/json/read.ts";
import { emptyBody, flawedJson, invalidUtf8, noObject, trailingJson } from "./body-refusals.ts";

/** Below this, in bytes, reading a body whole costs less than looking for long strings in it. */
const OUTLINED_BYTES_MIN = 32 * 1024;
const ESCAPE = "\\u";

/**
 * What a client's body says. Of a large one only the outline is read, until somebody asks for all of it.
 *
 * @throws {RefusalError} 400 for what is no JSON object
 */
export function readDocument(bytes: Uint8Array): RequestBody {
  const outline = bytes.length < OUTLINED_BYTES_MIN ? undefined : readOutline(bytes);
  if (outline !== undefined) return new OutlinedBody(bytes, outline);
  const text = textIn(bytes);
  const json = documentIn(text);
  const isEscapeFree = !text.includes(ESCAPE);
  return { bytes, json, outline: json, isEscapeFree, isClean: isEscapeFree };
}

class OutlinedBody implements RequestBody {
  readonly bytes: Uint8Array;
  readonly outline: JsonObject;
  readonly isEscapeFree = true;
  readonly isClean = true;
  #json: JsonObject | undefined;

  constructor(bytes: Uint8Array, outline: JsonObject) {
    this.bytes = bytes;
    this.outline = outline;
  }

  /** @throws {RefusalError} 400, when what the outline left out is no JSON */
  get json(): JsonObject {
    this.#json ??= documentIn(textIn(this.bytes));
    return this.#json;
  }
}

/** Nothing where the whole has to be read: with escapes, a string may hold what has to be cleaned from it. */
function readOutline(bytes: Uint8Array): JsonObject | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer) || buffer.includes(ESCAPE, 0, "latin1")) return undefined;
  const outline = outlineOf(buffer);
  if (outline === undefined) return undefined;
  const parsed = parseJson(UTF8.decode(outline));
  return parsed.ok && !parsed.trailing && isObject(parsed.value) ? parsed.value : undefined;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function documentIn(text: string): JsonObject {
  if (text === "") throw emptyBody();
  const parsed = parseJson(text);
  if (!parsed.ok) throw flawedJson(parsed);
  if (parsed.trailing) throw trailingJson();
  if (!isObject(parsed.value)) throw noObject();
  return parsed.value;
}

function textIn(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw invalidUtf8(cause);
  }
}
