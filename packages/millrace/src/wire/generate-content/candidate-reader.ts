import type { JsonObject } from "../../model/json.ts";
import type { AnswerAssembly } from "../assembly/answer-assembly.ts";
import { otherFields } from "../assembly/field-set.ts";
import { jsonText } from "../assembly/json-text.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { writeDataUrl } from "../translation/data-url.ts";
import { partsOfContent } from "./decode-contents.ts";
import { failureOfFinishReason, finishReasonOf } from "./finish-reason.ts";
import { readAnnotations } from "./grounding.ts";
import { readLogprobs } from "./logprobs.ts";
import { audioFormat } from "./media.ts";
import { PartialArguments } from "./partial-args.ts";
import { callExtra, detailsOf, readSignature } from "./signatures.ts";
import { camelFields, camelObject } from "./spelling.ts";
import type { WireCandidate, WirePart } from "./types.ts";

/** What is read of a candidate; the rest of it is kept as it is. Sources are kept too: they say more than annotations. */
const READ: ReadonlySet<string> = new Set(["index", "content", "finishReason", "logprobsResult"]);

/** Reads one candidate of a reply, piece by piece. */
export class CandidateReader {
  readonly #index: number;
  readonly #answer: AnswerAssembly;
  /** A call whose arguments come in pieces. */
  #open: PartialArguments | undefined;
  #text = "";
  #grounding: JsonField;
  #citations: JsonField;
  #others: JsonObject = {};

  constructor(index: number, answer: AnswerAssembly) {
    this.#index = index;
    this.#answer = answer;
  }

  read(candidate: WireCandidate): void {
    const logprobs = readLogprobs(candidate.logprobsResult);
    if (logprobs !== undefined) this.#answer.logprobs(logprobs, this.#index);
    const content = camelObject(candidate.content);
    if (content !== undefined) for (const part of partsOfContent(content)) this.#part(part);
    this.#grounding = candidate.groundingMetadata ?? this.#grounding;
    this.#citations = candidate.citationMetadata ?? this.#citations;
    this.#others = { ...this.#others, ...otherFields(candidate, READ) };
    const raw = stringOf(candidate.finishReason) ?? "";
    if (raw !== "") this.#finish(raw, stringOf(candidate.finishMessage));
  }

  /** The reply ended: what is only known then. */
  conclude(): void {
    this.#closeCall();
    const annotations = readAnnotations(this.#grounding, this.#citations, this.#text);
    if (annotations.length > 0) this.#answer.choiceFields({ annotations }, this.#index);
    if (Object.keys(this.#others).length > 0) this.#answer.choiceFields({ choice: this.#others }, this.#index);
  }

  #finish(raw: string, explained: string | undefined): void {
    const failure = failureOfFinishReason(raw, explained);
    if (failure !== undefined) throw new ReplyFault(failure);
    this.#closeCall();
    this.#answer.finish({ reason: finishReasonOf(raw), raw }, this.#index);
  }

  #part(part: WirePart): void {
    const call = camelObject(part["functionCall"]);
    if (call !== undefined) return this.#call(call, part["thoughtSignature"]);
    const { text } = part;
    const inline = camelObject(part["inlineData"]);
    if (typeof text === "string") this.#say(text, part["thought"] === true);
    // What is drawn while thinking is no answer.
    else if (inline !== undefined && part["thought"] !== true) this.#media(inline);
    else this.#answer.choiceFields({ parts: [part] }, this.#index);
    for (const detail of detailsOf(readSignature(part["thoughtSignature"]))) {
      this.#answer.reasoningDetail(detail, this.#index);
    }
  }

  #say(text: string, isThought: boolean): void {
    if (isThought) return this.#answer.reasoning(text, this.#index);
    this.#text += text;
    this.#answer.text(text, this.#index);
  }

  #media({ mimeType, data }: JsonObject): void {
    if (typeof data !== "string") return;
    const mediaType = stringOf(mimeType) ?? "application/octet-stream";
    if (mediaType.startsWith("audio/")) {
      this.#answer.audio({ data, format: audioFormat(mediaType) }, this.#index);
      return;
    }
    const image = { type: "image_url", image_url: { url: writeDataUrl({ mediaType, data }) } };
    this.#answer.choiceFields({ images: [image] }, this.#index);
  }

  #call(call: JsonObject, thoughtSignature: JsonField): void {
    const { id, name, args, partialArgs, willContinue } = camelFields(call);
    const called = stringOf(name) ?? "";
    if (called !== "") this.#begin(called, stringOf(id), thoughtSignature);
    if (willContinue === true || partialArgs !== undefined) {
      this.#open ??= new PartialArguments();
      this.#open.add(partialArgs);
      if (willContinue === true) return;
      this.#closeCall();
    } else if (called !== "" || isObject(args)) {
      this.#whole(isObject(args) ? args : {});
    } else {
      this.#closeCall();
    }
    this.#answer.endToolCall(this.#lastCall, this.#index);
  }

  #begin(called: string, id: string | undefined, thoughtSignature: JsonField): void {
    this.#closeCall();
    const signature = readSignature(thoughtSignature);
    if (signature.kind === "wrapped") {
      for (const detail of signature.details) this.#answer.reasoningDetail(detail, this.#index);
    }
    const index = this.#answer.callCount(this.#index);
    const extra = signature.kind === "own" ? { extra: callExtra(signature.signature) } : {};
    const known = { index, name: called, ...(id !== undefined && id !== "" && { id }), ...extra };
    this.#answer.toolCall(known, this.#index);
  }

  /** The arguments of the call that was named last. */
  #whole(args: JsonObject): void {
    this.#answer.toolCall({ index: this.#lastCall, arguments: jsonText(args) }, this.#index);
  }

  get #lastCall(): number {
    return Math.max(0, this.#answer.callCount(this.#index) - 1);
  }

  #closeCall(): void {
    const args = this.#open?.toObject();
    this.#open = undefined;
    if (args !== undefined) this.#whole(args);
  }
}
