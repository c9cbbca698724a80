import type { JsonObject, JsonValue } from "../../model/json.ts";
import { numberOf, stringOf } from "../json/read.ts";

/** What has been read of one item of a reply. */
export interface ReadItem {
  /** The position of a call among the calls. */
  call?: number;
  /** How many characters of each part have come, by what kind of part it is and its place. */
  readonly seen: Map<string, number>;
  /** How many probabilities of tokens, likewise. */
  readonly logprobs: Map<string, number>;
  /** How many items came before it. */
  readonly number: number;
  annotations: number;
  begun: boolean;
}

/**
 * The items of a reply by what their events name them with: the place in the output, since ids may change from event to
 * event (GitHub Copilot), else the id (llama-server gives no places), else the one spoken of before.
 */
export class ReplyItems {
  readonly #items = new Map<string, ReadItem>();
  #last = "";

  of(chunk: JsonObject, item?: JsonObject): ReadItem {
    const index = numberOf(chunk["output_index"]);
    const id = stringOf(chunk["item_id"]) ?? stringOf(item?.["id"]);
    const key = index === undefined ? (id ?? this.#last) : String(index);
    this.#last = key;
    let read = this.#items.get(key);
    if (read === undefined) {
      read = { seen: new Map(), logprobs: new Map(), number: this.#items.size, annotations: 0, begun: false };
      this.#items.set(key, read);
    }
    return read;
  }
}

/** What is new of a text of which so much has been read; counts it. */
export function unread(item: ReadItem, part: string, whole: string): string {
  const seen = item.seen.get(part) ?? 0;
  if (whole.length <= seen) return "";
  item.seen.set(part, whole.length);
  return whole.slice(seen);
}

/** Counts a piece of a text. */
export function countPiece(item: ReadItem, part: string, piece: string): void {
  item.seen.set(part, (item.seen.get(part) ?? 0) + piece.length);
}

/** What is new of the probabilities of a part's tokens; counts it. */
export function unreadLogprobs(item: ReadItem, part: string, whole: readonly JsonValue[]): readonly JsonValue[] {
  const fresh = whole.slice(item.logprobs.get(part) ?? 0);
  countLogprobs(item, part, fresh.length);
  return fresh;
}

/** Counts probabilities that came with a piece of a text. */
export function countLogprobs(item: ReadItem, part: string, count: number): void {
  item.logprobs.set(part, (item.logprobs.get(part) ?? 0) + count);
}
