import type { JsonObject } from "../../model/json.ts";
import { isObject } from "../json/read.ts";

type Kind = "user" | "model" | "result";

interface GrowingContent {
  readonly kind: Kind;
  readonly extra: JsonObject;
  readonly parts: JsonObject[];
}

/** What the user says before a conversation whose first turn is the model's, or after one whose last turn is. */
const GOING_ON: GrowingContent = { kind: "user", extra: {}, parts: [{ text: "Continue." }] };

/**
 * Puts contents together: turns of one side that follow each other are one, but what the user says stays apart from the
 * results of functions, and those stand in the order of their calls.
 */
export class ContentList {
  readonly #substitute: string | undefined;
  readonly #endsWithUser: boolean;
  readonly #contents: GrowingContent[] = [];
  /** The calls of the last turn of the model that made some, by id, in order. */
  #calls: readonly string[] = [];
  /** Media of results, for the turn behind them. */
  #media: JsonObject[] = [];
  #order: number[] = [];

  /**
   * `substitute`: stands in for the signature of a turn's first call, where the model wants one. `endsWithUser`: the
   * last word may not be the model's.
   */
  constructor(substitute: string | undefined, endsWithUser: boolean) {
    this.#substitute = substitute;
    this.#endsWithUser = endsWithUser;
  }

  user(parts: readonly JsonObject[], extra: JsonObject = {}): void {
    this.#flush();
    this.#add("user", parts, extra);
  }

  /** `calls`: the ids of the calls among the parts. */
  model(parts: readonly JsonObject[], calls: readonly string[], extra: JsonObject = {}): void {
    this.#flush();
    if (parts.length === 0) return;
    const continues = this.#contents.at(-1)?.kind === "model";
    this.#calls = continues ? [...this.#calls, ...calls] : calls;
    this.#add("model", parts, extra);
  }

  /** `id`: the call it is of. `media`: what of it has no place in a result. */
  result(part: JsonObject, id: string, media: readonly JsonObject[]): void {
    const content = this.#open("result", {});
    const place = this.#calls.indexOf(id);
    const order = place === -1 ? this.#calls.length : place;
    const at = this.#order.findIndex((other) => other > order);
    const index = at === -1 ? this.#order.length : at;
    this.#order.splice(index, 0, order);
    content.parts.splice(index, 0, part);
    this.#media.push(...media);
  }

  /** All contents. `opened`, `closed`: something had to be said before the first turn, or after the last one. */
  done(): { readonly contents: readonly JsonObject[]; readonly opened: boolean; readonly closed: boolean } {
    this.#flush();
    if (this.#contents.length === 0) this.#add("user", [{ text: "" }], {});
    const opened = this.#contents[0]?.kind === "model";
    const closed = this.#endsWithUser && this.#contents.at(-1)?.kind === "model";
    const all = [...(opened ? [GOING_ON] : []), ...this.#contents, ...(closed ? [GOING_ON] : [])];
    return { contents: all.map((content) => this.#finished(content)), opened, closed };
  }

  #flush(): void {
    const media = this.#media;
    this.#media = [];
    this.#order = [];
    if (media.length > 0) this.#add("user", media, {});
  }

  #add(kind: Kind, parts: readonly JsonObject[], extra: JsonObject): void {
    this.#open(kind, extra).parts.push(...parts);
  }

  #open(kind: Kind, extra: JsonObject): GrowingContent {
    const last = this.#contents.at(-1);
    if (last?.kind === kind && Object.keys(extra).length === 0) return last;
    const begun: GrowingContent = { kind, extra, parts: [] };
    this.#contents.push(begun);
    return begun;
  }

  #finished({ kind, extra, parts }: GrowingContent): JsonObject {
    const role = kind === "model" ? "model" : "user";
    return { ...extra, role, parts: kind === "model" ? this.#signed(parts) : parts };
  }

  #signed(parts: readonly JsonObject[]): readonly JsonObject[] {
    const first = parts.findIndex((part) => isObject(part["functionCall"]));
    const call = parts[first];
    if (this.#substitute === undefined || call === undefined || call["thoughtSignature"] !== undefined) return parts;
    const signed = { ...call, thoughtSignature: this.#substitute };
    return [...parts.slice(0, first), signed, ...parts.slice(first + 1)];
  }
}
