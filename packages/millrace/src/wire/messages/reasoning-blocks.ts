import type { ReasoningDetail } from "../../model/message.ts";
import { stringOf } from "../json/read.ts";
import { isOfFormat, unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { Block } from "./types.ts";

const REASONING_FORMAT = "anthropic-claude-v1";

/** Whether a block is reasoning, readable or not. */
export function isReasoningBlock({ type }: Block): boolean {
  return type === "thinking" || type === "redacted_thinking";
}

/** A block that is sent back to its model: a detail of the dialect's own. Nothing where it has no signature. */
export function ownDetail(block: Block): ReasoningDetail | undefined {
  if (block["type"] === "redacted_thinking") {
    const data = stringOf(block["data"]) ?? "";
    return data === "" ? undefined : { type: "reasoning.encrypted", data, format: REASONING_FORMAT };
  }
  const signature = stringOf(block["signature"]) ?? "";
  if (signature === "") return undefined;
  return { type: "reasoning.text", text: stringOf(block["thinking"]) ?? "", signature, format: REASONING_FORMAT };
}

/** The details in a block of a client: what we wrapped for it is taken out again. */
export function detailsOf(block: Block): readonly ReasoningDetail[] {
  const own = ownDetail(block);
  return unwrapReasoning(opaqueField(block)) ?? (own === undefined ? [] : [own]);
}

/** The text of a block that clients send back unread. */
export function opaqueField(block: Block): string {
  return stringOf(block[block["type"] === "redacted_thinking" ? "data" : "signature"]) ?? "";
}

/** The block that a detail was; nothing where it is of another dialect. */
export function blockOfDetail(detail: ReasoningDetail): Block | undefined {
  if (!isOfFormat(detail, REASONING_FORMAT)) return undefined;
  const data = stringOf(detail["data"]);
  if (data) return { type: "redacted_thinking", data };
  const signature = stringOf(detail["signature"]);
  return signature ? { type: "thinking", thinking: stringOf(detail["text"]) ?? "", signature } : undefined;
}
