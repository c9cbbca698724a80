import type { FinishReason } from "../../model/finish-reason.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ReasoningDetail } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json/read.ts";
import { functionCallOf } from "../translation/custom-tools.ts";
import { readDataUrl } from "../translation/data-url.ts";
import { finishWord } from "./finish-reason.ts";
import { writeGrounding } from "./grounding.ts";
import { writeLogprobs } from "./logprobs.ts";
import { callSignature, signatureOf, signaturesOf } from "./signatures.ts";

/** Fields of a candidate that only this dialect has: kept by our own decoder, and put back. */
const OWN_FIELDS = [
  "groundingMetadata",
  "citationMetadata",
  "urlContextMetadata",
  "safetyRatings",
  "avgLogprobs",
  "tokenCount",
  "finishMessage",
] as const;

/** Writes one choice of an answer as a candidate, piece by piece. */
export class CandidateWriter {
  #parts: JsonObject[] = [];
  #logprobs: JsonObject[] = [];
  /** Opaque reasoning that waits for something to stand on. */
  #details: ReasoningDetail[] = [];
  #annotations: JsonValue[] = [];
  #own: JsonObject = {};
  #text = "";
  /** Calls that have begun and were not given yet, and those of them that have ended. */
  readonly #calls = new Map<number, ToolCall | undefined>();
  /** A call whose arguments nobody can read. */
  #malformed: string | undefined;
  #end: { readonly reason: FinishReason; readonly raw: string | null } | undefined;

  text(text: string): void {
    this.#text += text;
    this.#say(text, false);
  }

  thought(text: string): void {
    this.#say(text, true);
  }

  detail(detail: ReasoningDetail): void {
    this.#details.push(detail);
  }

  audio(audio: JsonObject): void {
    const { data, transcript, format } = audio;
    if (typeof transcript === "string") this.text(transcript);
    if (typeof data !== "string" || data === "") return;
    this.#parts.push({ inlineData: { mimeType: `audio/${stringOf(format) ?? "wav"}`, data } });
  }

  logprobs(logprobs: JsonObject): void {
    this.#logprobs.push(logprobs);
  }

  fields(fields: JsonObject): void {
    this.#annotations.push(...arrayOf(fields["annotations"]));
    for (const image of arrayOf(fields["images"])) this.#image(objectOf(objectOf(image)?.["image_url"])?.["url"]);
    for (const part of arrayOf(fields["parts"])) if (isObject(part)) this.#parts.push(part);
    const choice = objectOf(fields["choice"]) ?? {};
    for (const name of OWN_FIELDS) if (choice[name] !== undefined) this.#own = { ...this.#own, [name]: choice[name] };
  }

  beginCall(index: number): void {
    this.#calls.set(index, undefined);
  }

  /** Calls are given whole and in the order in which they began, so one waits for those before it. */
  endCall(index: number, call: ToolCall): void {
    this.#calls.set(index, call);
    for (const [begun, ended] of this.#calls) {
      if (ended === undefined) break;
      this.#calls.delete(begun);
      this.#call(ended);
    }
  }

  /** What was cut short is none. */
  #call(given: ToolCall): void {
    const call = functionCallOf(given);
    if (call.input === undefined) {
      if (call.problem !== "incomplete") this.#malformed = `The arguments of ${call.name} are no JSON object`;
      return;
    }
    const own = callSignature(call);
    const thoughtSignature = own ?? this.#wrapped();
    this.#flushDetails();
    const functionCall = { id: call.id, name: call.name, args: call.input };
    this.#parts.push({ functionCall, ...(thoughtSignature !== undefined && { thoughtSignature }) });
  }

  finish(reason: FinishReason, raw: string | null): void {
    this.#end = { reason, raw };
  }

  /** What came since this was last asked. The end is told with the last reply only. */
  take(index: number, isLast: boolean): readonly JsonObject[] {
    if (isLast) this.#flushDetails();
    const logprobs = this.#takeLogprobs();
    if (this.#parts.length === 0 && logprobs === undefined && !isLast) return [];
    const parts = this.#parts.length > 0 ? this.#parts : [{ text: "" }];
    this.#parts = [];
    return [
      {
        content: { parts, role: "model" },
        ...(isLast && this.#ending()),
        index,
        ...(logprobs && { logprobsResult: logprobs }),
      },
    ];
  }

  #ending(): JsonObject {
    const { reason, raw } = this.#end ?? { reason: "unknown", raw: null };
    const grounding = this.#own["groundingMetadata"] ?? writeGrounding(this.#annotations, this.#text);
    const end =
      this.#malformed === undefined
        ? { finishReason: finishWord(reason, raw) }
        : { finishReason: "MALFORMED_FUNCTION_CALL", finishMessage: this.#malformed };
    return { ...this.#own, ...(grounding !== undefined && { groundingMetadata: grounding }), ...end };
  }

  #say(text: string, thought: boolean): void {
    if (text === "") return;
    const last = this.#parts.at(-1);
    const before = last?.["thoughtSignature"] === undefined ? last?.["text"] : undefined;
    if (typeof before === "string" && (last?.["thought"] === true) === thought) {
      this.#parts[this.#parts.length - 1] = { ...last, text: before + text };
    } else {
      this.#parts.push(thought ? { text, thought } : { text });
    }
  }

  #image(url: JsonValue | undefined): void {
    const data = typeof url === "string" ? readDataUrl(url) : undefined;
    if (data !== undefined) this.#parts.push({ inlineData: { mimeType: data.mediaType, data: data.data } });
    else if (typeof url === "string") this.#parts.push({ fileData: { fileUri: url } });
  }

  /** Other models' reasoning stands on the call that followed it: some clients send only that back. */
  #wrapped(): string | undefined {
    if (this.#details.length === 0 || this.#details.some((detail) => signatureOf(detail) !== undefined))
      return undefined;
    const [signature] = signaturesOf(this.#details);
    this.#details = [];
    return signature;
  }

  /** Signatures that nothing carries stand on empty texts, as the service sends them. */
  #flushDetails(): void {
    for (const thoughtSignature of signaturesOf(this.#details)) this.#parts.push({ text: "", thoughtSignature });
    this.#details = [];
  }

  #takeLogprobs(): JsonObject | undefined {
    const content = this.#logprobs.flatMap((logprobs) => arrayOf(logprobs["content"]));
    this.#logprobs = [];
    return content.length === 0 ? undefined : writeLogprobs({ content });
  }
}
