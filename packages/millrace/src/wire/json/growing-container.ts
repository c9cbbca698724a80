import type { JsonObject, JsonValue } from "../../model/json.ts";
import { UnreadableError } from "./unreadable.ts";

/** What may come next in a container, seen from the first of its bytes that was not read. */
type Place =
  /** A member, or its end. */
  | "beginning"
  /** A member: a comma was just before. */
  | "behind-comma"
  /** More of a member that is being read by itself. */
  | "within-member"
  /** A comma, or its end. */
  | "behind-member";

/** JSON text of a stretch of the document. */
export type TextOf = (from: number, to: number) => string;

const BLANK = /^[ \t\r\n]*$/u;

/** An array or object of which some members are read while the others are still text. */
export class GrowingContainer {
  readonly #text: TextOf;
  readonly #members: Members;
  #place: Place = "beginning";
  #from: number;

  /** @param from just behind its opening bracket */
  constructor(isArray: boolean, from: number, text: TextOf) {
    this.#from = from;
    this.#text = text;
    this.#members = isArray ? new ListMembers() : new ObjectMembers();
  }

  /** Reads what stands before a comma. */
  readTo(comma: number): void {
    this.#read(comma, false);
    this.#from = comma + 1;
    this.#place = "behind-comma";
  }

  /** A comma behind a member that was read by itself. */
  passComma(comma: number): void {
    if (this.#place === "behind-member") this.readTo(comma);
  }

  /** Reads what stands before a member that is to be read by itself. */
  enter(comma: number, member: number): void {
    if (this.#place === "within-member") return;
    if (comma >= this.#from) this.readTo(comma);
    if (this.#place === "behind-member") throw new UnreadableError("malformed");
    this.#members.await(this.#text(this.#from, member));
    this.#place = "within-member";
  }

  /** Takes the member that was read by itself. */
  leave(value: JsonValue, end: number): void {
    this.#members.take(value);
    this.#from = end;
    this.#place = "behind-member";
  }

  /** Reads the rest; gives the whole. */
  close(end: number): JsonValue {
    this.#read(end, this.#place === "beginning");
    return this.#members.whole();
  }

  #read(to: number, mayBeNone: boolean): void {
    const text = this.#text(this.#from, to);
    const isFine = this.#place === "behind-member" ? BLANK.test(text) : this.#members.add(text) > 0 || mayBeNone;
    if (!isFine) throw new UnreadableError("malformed");
  }
}

interface Members {
  /** Reads members, separated by commas; gives how many there are. */
  add(text: string): number;
  /** What stands before a member that is taken next. */
  await(head: string): void;
  take(value: JsonValue): void;
  whole(): JsonValue;
}

/** Every list takes one stretch of memory in the end, and an engine some milliseconds for each million of members. */
const LIST_MEMBERS_MAX = 6_000_000;

class ListMembers implements Members {
  /** Joined at the end: a list that grows is copied again and again. */
  readonly #groups: (readonly JsonValue[])[] = [];
  #count = 0;

  add(text: string): number {
    const group = parsed(`[${text}]`) as readonly JsonValue[];
    this.#push(group);
    return group.length;
  }

  await(head: string): void {
    if (!BLANK.test(head)) throw new UnreadableError("malformed");
  }

  take(value: JsonValue): void {
    this.#push([value]);
  }

  whole(): JsonValue {
    const [first = [], ...others] = this.#groups;
    return others.length === 0 ? first : first.concat(...others);
  }

  #push(group: readonly JsonValue[]): void {
    this.#groups.push(group);
    this.#count += group.length;
    if (this.#count > LIST_MEMBERS_MAX) throw new UnreadableError("too-many-values");
  }
}

/** An object with more fields takes an engine too long to copy or list, however few bytes they have. */
const FIELDS_MAX = 65_536;

class ObjectMembers implements Members {
  readonly #fields: Record<string, JsonValue> = {};
  #count = 0;
  #awaited = "";

  add(text: string): number {
    const group = Object.entries(parsed(`{${text}}`) as Record<string, JsonValue>);
    for (const [name, value] of group) this.#set(name, value);
    return group.length;
  }

  await(head: string): void {
    // Only behind a name and a colon the brackets make an object.
    const [name, ...more] = Object.keys(parsed(`{${head}[]}`) as JsonObject);
    if (name === undefined || more.length > 0) throw new UnreadableError("malformed");
    this.#awaited = name;
  }

  take(value: JsonValue): void {
    this.#set(this.#awaited, value);
  }

  whole(): JsonValue {
    return this.#fields;
  }

  #set(name: string, value: JsonValue): void {
    this.#count += 1;
    if (this.#count > FIELDS_MAX) throw new UnreadableError("too-many-fields");
    // Assigning to it would change the prototype.
    if (name !== "__proto__") this.#fields[name] = value;
    else Object.defineProperty(this.#fields, name, { value, configurable: true, enumerable: true, writable: true });
  }
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new UnreadableError("malformed", { cause });
  }
}
