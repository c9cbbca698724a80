import type { JsonObject } from "../../model/json.ts";
import type { ReasoningDetail } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { isOfFormat, unwrapReasoning, wrapReasoning } from "../translation/wrapped-reasoning.ts";

const FORMAT = "google-gemini-v1";

/** What callers write in place of a signature that they do not have; it means nothing to another request. */
const SUBSTITUTES: ReadonlySet<string> = new Set([
  "skip_thought_signature_validator",
  "context_engineering_is_the_way_to_go",
]);

/** What a `thoughtSignature` holds: a signature of the dialect's own, or another model's reasoning that we put there. */
export type ReadSignature =
  | { readonly kind: "none" }
  | { readonly kind: "own"; readonly signature: string }
  | { readonly kind: "wrapped"; readonly details: readonly ReasoningDetail[] };

export function readSignature(value: JsonField): ReadSignature {
  const signature = stringOf(value) ?? "";
  if (signature === "" || SUBSTITUTES.has(signature)) return { kind: "none" };
  const details = unwrapReasoning(signature);
  return details === undefined ? { kind: "own", signature } : { kind: "wrapped", details };
}

/** A signature as the reasoning detail that it is to the model. */
function detailOf(signature: string): ReasoningDetail {
  return { type: "reasoning.encrypted", data: signature, format: FORMAT };
}

/** The details that a signature stands for. */
export function detailsOf(read: ReadSignature): readonly ReasoningDetail[] {
  if (read.kind === "wrapped") return read.details;
  return read.kind === "own" ? [detailOf(read.signature)] : [];
}

/** The signature that a detail holds, where it is one of the dialect's own. */
export function signatureOf(detail: ReasoningDetail): string | undefined {
  return isOfFormat(detail, FORMAT) ? stringOf(detail["data"]) : undefined;
}

/** Details as signatures: each of the dialect's own by itself, runs of others wrapped together. */
export function signaturesOf(details: readonly ReasoningDetail[]): readonly string[] {
  const signatures: string[] = [];
  let others: ReasoningDetail[] = [];
  const wrap = (): void => {
    if (others.length > 0) signatures.push(wrapReasoning(others));
    others = [];
  };
  for (const detail of details) {
    const own = signatureOf(detail);
    if (own === undefined) {
      others.push(detail);
      continue;
    }
    wrap();
    signatures.push(own);
  }
  wrap();
  return signatures;
}

/** The fields of a call that carry its signature to clients of other dialects. */
export function callExtra(signature: string): JsonObject {
  return { extra_content: { google: { thought_signature: signature } } };
}

/** The signature of a call, where it has one. */
export function callSignature({ extra }: Pick<ToolCall, "extra">): string | undefined {
  const google = objectOf(objectOf(extra?.["extra_content"])?.["google"]);
  return stringOf(google?.["thought_signature"]);
}
