import type { JsonObject } from "../../model/json.ts";
import type { ReasoningDetail } from "../../model/message.ts";
import { decodeBase64, encodeBase64 } from "../bytes/base64.ts";
import { joined } from "../bytes/joined.ts";
import { stringOf } from "../json/read.ts";
import type { ConverseReasoningFormat } from "./rules.ts";

/** One block of reasoning while it comes: its opaque parts are told when it is whole. */
export class ReasoningBlock {
  #text = "";
  #signature = "";
  readonly #redacted: string[] = [];

  /** Takes a delta, or the inside of a whole block; gives the readable text in it. */
  add(piece: JsonObject): string {
    const text = stringOf(piece["text"]) ?? "";
    this.#text += text;
    this.#signature += stringOf(piece["signature"]) ?? "";
    const redacted = stringOf(piece["redactedContent"]);
    if (redacted !== undefined) this.#redacted.push(redacted);
    return text;
  }

  /** What the model wants back of it; nothing where it is readable only. */
  details(format: ConverseReasoningFormat): readonly ReasoningDetail[] {
    const details: ReasoningDetail[] = [];
    if (this.#signature !== "") {
      details.push({ type: "reasoning.text", text: this.#text, signature: this.#signature, format });
    }
    if (this.#redacted.length > 0) {
      details.push({ type: "reasoning.encrypted", data: joinedBase64(this.#redacted), format });
    }
    return details;
  }
}

/** Pieces that were encoded each for itself, as one. */
function joinedBase64(pieces: readonly string[]): string {
  const decoded = pieces.map(decodeBase64);
  const bytes = decoded.filter((piece) => piece !== undefined);
  return pieces.length === 1 || bytes.length < pieces.length ? pieces.join("") : encodeBase64(joined(bytes));
}
