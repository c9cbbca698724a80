import type { JsonObject, JsonValue } from "../../model/json.ts";
import { arrayOf, isObject, stringOf } from "../json/read.ts";

type Segment = string | number;
type Container = Map<string, Value> | Value[];
type Value = JsonValue | Container | undefined;

/** A path as the server writes it: `$.operations[0].name`, `$['a key']`. */
const SEGMENT = /\.([^.[\]]+)|\[(\d{1,6})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/gu;
/** No list of arguments is longer than this; what would make it longer is left out. */
const LENGTH_MAX = 100_000;
const DEPTH_MAX = 100;

/** The arguments of a call that come in pieces, each with the path of the value that it belongs to. */
export class PartialArguments {
  readonly #root = new Map<string, Value>();
  /** The path of a text that goes on. */
  #growing: string | undefined;

  add(pieces: JsonValue | undefined): void {
    for (const piece of arrayOf(pieces)) if (isObject(piece)) this.#addOne(piece);
  }

  toObject(): JsonObject {
    return objectOfMap(this.#root);
  }

  #addOne(piece: JsonObject): void {
    const path = stringOf(piece["jsonPath"]) ?? stringOf(piece["json_path"]) ?? "";
    const segments = segmentsOf(path);
    const last = segments.at(-1);
    if (last === undefined || segments.length > DEPTH_MAX) return;
    const container = this.#container(segments);
    if (container === undefined) return;
    const value = valueOf(piece);
    const before = read(container, last);
    const goesOn = this.#growing === path && typeof before === "string" && typeof value === "string";
    write(container, last, goesOn ? before + value : value);
    this.#growing = (piece["willContinue"] ?? piece["will_continue"]) === true ? path : undefined;
  }

  /** What the last segment of a path stands in; made where it is missing. */
  #container(segments: readonly Segment[]): Container | undefined {
    let container: Container = this.#root;
    for (const [index, segment] of segments.slice(0, -1).entries()) {
      const known = read(container, segment);
      const next: Container = isContainer(known) ? known : typeof segments[index + 1] === "number" ? [] : new Map();
      if (next !== known && !write(container, segment, next)) return undefined;
      container = next;
    }
    return container;
  }
}

function segmentsOf(path: string): readonly Segment[] {
  return [...path.matchAll(SEGMENT)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? (single ?? double ?? "").replace(/\\(.)/gu, "$1")) : Number(index),
  );
}

function valueOf(piece: JsonObject): JsonValue {
  const fields = ["stringValue", "numberValue", "boolValue", "string_value", "number_value", "bool_value"];
  const field = fields.find((name) => piece[name] !== undefined);
  return (field === undefined ? undefined : piece[field]) ?? null;
}

function isContainer(value: Value): value is Container {
  return value instanceof Map || Array.isArray(value);
}

function read(container: Container, segment: Segment): Value {
  if (container instanceof Map) return container.get(String(segment));
  return typeof segment === "number" ? container[segment] : undefined;
}

function write(container: Container, segment: Segment, value: Value): boolean {
  if (container instanceof Map) container.set(String(segment), value);
  else if (typeof segment !== "number" || segment > Math.min(container.length, LENGTH_MAX)) return false;
  else container[segment] = value;
  return true;
}

function plain(value: Value): JsonValue {
  if (value instanceof Map) return objectOfMap(value);
  return isContainer(value) ? value.map(plain) : (value ?? null);
}

function objectOfMap(map: ReadonlyMap<string, Value>): JsonObject {
  return Object.fromEntries([...map].map(([key, member]) => [key, plain(member)]));
}
