import type { JsonObject } from "../../model/json.ts";
import type { Message, ReasoningDetail } from "../../model/message.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isObject, objectsOf, stringOf } from "../json/read.ts";
import { isOfFormat, unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { Item } from "./types.ts";

const REASONING_FORMAT = "openai-responses-v1";

/** Between the parts of a summary, where they are read as one text. */
export const PART_BREAK = "\n\n";

/** Reads a reasoning item of an earlier turn. What we wrapped into it for another dialect is taken out again. */
export function decodeReasoningItem(item: Item): Message {
  const reasoning = readableReasoning(item);
  const encrypted = stringOf(item["encrypted_content"]) ?? "";
  const details = unwrapReasoning(encrypted) ?? (encrypted === "" ? [] : [detailOf(item, encrypted)]);
  return {
    role: "assistant",
    content: null,
    ...(reasoning !== "" && { reasoning }),
    ...(details.length > 0 && { reasoningDetails: details }),
  };
}

/** What a reasoning item says that people can read: its summary, else the reasoning itself. */
export function readableReasoning(item: Item): string {
  const texts = ["summary", "content"].map((list) =>
    arrayOf(item[list]).flatMap((part) => (isObject(part) ? [stringOf(part["text"]) ?? ""] : [])),
  );
  return (texts.find((list) => list.some((text) => text !== "")) ?? []).join(PART_BREAK);
}

/** A reasoning item in the model's form, whole enough to be sent back. */
export function detailOf(item: Item, encrypted: string): ReasoningDetail {
  const { id, summary, content } = item;
  return {
    type: "reasoning.encrypted",
    data: encrypted,
    ...present({ id: stringOf(id) }),
    summary: arrayOf(summary),
    ...(arrayOf(content).length > 0 && { content: arrayOf(content) }),
    format: REASONING_FORMAT,
  };
}

/** The item that such a detail was; nothing where it is of another dialect. */
export function itemOfDetail(detail: ReasoningDetail): Item | undefined {
  const data = stringOf(detail["data"]);
  if (data === undefined || !isOfFormat(detail, REASONING_FORMAT)) return undefined;
  return {
    type: "reasoning",
    ...present({ id: stringOf(detail["id"]) }),
    summary: summaryOf(detail["summary"]),
    ...(arrayOf(detail["content"]).length > 0 && { content: arrayOf(detail["content"]) }),
    encrypted_content: data,
  };
}

/** Other services that hand such items on give the summary as a text. */
function summaryOf(summary: JsonObject[string]): readonly JsonObject[] {
  if (typeof summary === "string" && summary !== "") return [{ type: "summary_text", text: summary }];
  return objectsOf(summary);
}

/** The items of this dialect among opaque blocks of reasoning. */
export function ownItemsIn(details: readonly ReasoningDetail[]): readonly Item[] {
  return details.map(itemOfDetail).filter((item) => item !== undefined);
}
