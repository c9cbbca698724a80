import { objectsOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import type { Item } from "./types.ts";

/** A request's input as items: a text is one message of the user. */
export function inputItems(input: JsonField): readonly Item[] {
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  return objectsOf(input);
}

/** The type of an item. Messages and references may be written without one. */
export function itemType(item: Item): string {
  const { type, role, id } = item;
  if (typeof type === "string") return type;
  return role === undefined && typeof id === "string" ? "item_reference" : "message";
}
