import type { ReasoningDetail } from "../../model/message.ts";
import { ReasoningDetails } from "../assembly/reasoning-details.ts";
import { stringOf } from "../json/read.ts";
import { wrapReasoning } from "../translation/wrapped-reasoning.ts";
import type { BlockOutput } from "./block-output.ts";
import { blockOfDetail } from "./reasoning-blocks.ts";
import type { Block } from "./types.ts";

/** Some reasoning that is being written: a block of it, or several where it is opaque only. */
export class ThinkingOutput {
  readonly #out: BlockOutput;
  readonly #details = new ReasoningDetails();
  #text: string | undefined;
  #sealed = false;

  constructor(out: BlockOutput) {
    this.#out = out;
  }

  /** Whether it is whole: what follows belongs to another block. */
  get sealed(): boolean {
    return this.#sealed;
  }

  text(delta: string): void {
    if (this.#text === undefined) this.#out.begin(EMPTY);
    this.#text = (this.#text ?? "") + delta;
    this.#out.delta({ type: "thinking_delta", thinking: delta });
  }

  detail(detail: ReasoningDetail): void {
    this.#details.add(detail);
    this.#sealed ||= Boolean(stringOf(detail["data"])) || Boolean(stringOf(detail["signature"]));
  }

  close(): void {
    const details = this.#details.toArray();
    if (this.#text !== undefined) this.#sign(this.#signature(this.#text, details));
    else for (const block of opaqueBlocks(details)) this.#write(block);
  }

  /**
   * What another model gave is wrapped, and so is a signature of another text than this one. Some clients do not send
   * reasoning back that has no signature, so it is never absent.
   */
  #signature(text: string, details: readonly ReasoningDetail[]): string {
    const [only, ...others] = details;
    const block = only && others.length === 0 ? blockOfDetail(only) : undefined;
    const signature = block?.["thinking"] === text ? stringOf(block["signature"]) : undefined;
    return signature ?? wrapReasoning(details);
  }

  #write(block: Block): void {
    if (block["type"] !== "thinking") {
      this.#out.begin(block);
      this.#out.end();
      return;
    }
    this.#out.begin(EMPTY);
    const text = stringOf(block["thinking"]) ?? "";
    if (text !== "") this.#out.delta({ type: "thinking_delta", thinking: text });
    this.#sign(stringOf(block["signature"]) ?? "");
  }

  #sign(signature: string): void {
    this.#out.delta({ type: "signature_delta", signature });
    this.#out.end();
  }
}

const EMPTY: Block = { type: "thinking", thinking: "", signature: "" };

/** The dialect's own blocks as they were, runs of others wrapped together. */
function opaqueBlocks(details: readonly ReasoningDetail[]): readonly Block[] {
  const blocks: Block[] = [];
  let others: ReasoningDetail[] = [];
  const wrap = (): void => {
    if (others.length > 0) blocks.push({ type: "redacted_thinking", data: wrapReasoning(others) });
    others = [];
  };
  for (const detail of details) {
    const own = blockOfDetail(detail);
    if (own === undefined) {
      others.push(detail);
      continue;
    }
    wrap();
    blocks.push(own);
  }
  wrap();
  return blocks;
}
