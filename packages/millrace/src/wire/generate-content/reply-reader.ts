import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { AnswerReader } from "../assembly/answer-reader.ts";
import { otherFields } from "../assembly/field-set.ts";
import { jsonText } from "../assembly/json-text.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { present } from "../failure/present.ts";
import { arrayOf, isArray, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import { CandidateReader } from "./candidate-reader.ts";
import { blockedPrompt } from "./finish-reason.ts";
import type { WireReply } from "./types.ts";
import { readServiceTier, readUsage } from "./usage.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "candidates",
  "usageMetadata",
  "modelVersion",
  "responseId",
  "createTime",
  "promptFeedback",
]);

/** Puts a reply together: every event of a stream is a reply of its own, with the next pieces in it. */
export class GenerateContentReply extends AnswerReader {
  readonly #candidates = new Map<number, CandidateReader>();
  #lastUsage: JsonObject | undefined;
  #fieldsSeen = "";

  addChunk(chunk: WireReply): void {
    this.#about(chunk);
    for (const [position, candidate] of arrayOf(chunk.candidates).entries()) {
      if (isObject(candidate)) this.#candidate(numberOf(candidate["index"]) ?? position).read(candidate);
    }
    const feedback = objectOf(chunk.promptFeedback);
    const reason = stringOf(feedback?.["blockReason"]);
    if (reason !== undefined && this.#candidates.size === 0) {
      this.#tellUsage();
      throw new ReplyFault(blockedPrompt(stringOf(feedback?.["blockReasonMessage"]) ?? reason));
    }
    if (feedback !== undefined && Object.keys(feedback).length > 0) this.answer.fields({ promptFeedback: feedback });
  }

  addWhole(document: JsonObject): void {
    const { chunks } = document;
    const list = isArray(chunks) ? chunks : [document];
    for (const chunk of list) if (isObject(chunk)) this.addChunk(chunk);
  }

  override conclude(): InferenceResponse {
    for (const candidate of this.#candidates.values()) candidate.conclude();
    this.#tellUsage();
    return super.conclude();
  }

  override partial(): InferenceResponse | undefined {
    this.#tellUsage();
    return super.partial();
  }

  #candidate(index: number): CandidateReader {
    let candidate = this.#candidates.get(index);
    if (candidate === undefined) {
      candidate = new CandidateReader(index, this.answer);
      this.#candidates.set(index, candidate);
    }
    return candidate;
  }

  #about(chunk: WireReply): void {
    const created = Date.parse(stringOf(chunk["createTime"]) ?? "");
    this.answer.about(
      present({
        id: stringOf(chunk.responseId),
        model: stringOf(chunk.modelVersion),
        created: Number.isNaN(created) ? undefined : Math.floor(created / 1000),
      }),
    );
    const usage = objectOf(chunk.usageMetadata);
    if (usage !== undefined && Object.keys(usage).length > 0) this.#lastUsage = usage;
    this.#tellOthers(otherFields(chunk, KNOWN));
  }

  /** Every event repeats what is true of the whole reply. */
  #tellOthers(fields: JsonObject | undefined): void {
    if (fields === undefined) return;
    const text = jsonText(fields);
    if (text === this.#fieldsSeen) return;
    this.#fieldsSeen = text;
    this.answer.fields(fields);
  }

  /** Every event counts anew; the last count is the whole. */
  #tellUsage(): void {
    const usage = readUsage(this.#lastUsage);
    this.#lastUsage = undefined;
    if (usage === undefined) return;
    this.answer.usage(usage);
    const tier = readServiceTier(usage);
    if (tier !== undefined) this.answer.fields({ service_tier: tier });
  }
}
