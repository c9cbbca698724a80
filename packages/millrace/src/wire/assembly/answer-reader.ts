import type { JsonObject } from "../../model/json.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import { AnswerAssembly } from "./answer-assembly.ts";
import type { AnswerOptions } from "./answer-options.ts";
import type { ReplyReader } from "./reply-stream.ts";

/** Puts an answer together from the reply of one dialect: a subclass says what each part of the body says of it. */
export abstract class AnswerReader implements ReplyReader {
  protected readonly answer: AnswerAssembly;

  constructor(options: AnswerOptions) {
    this.answer = new AnswerAssembly(options);
  }

  get contentSeen(): boolean {
    return this.answer.contentSeen;
  }

  get finished(): boolean {
    return this.answer.finished;
  }

  get over(): boolean {
    return false;
  }

  abstract addChunk(chunk: JsonObject, event: string): void;

  abstract addWhole(document: JsonObject): void;

  skipChunk(): void {
    this.answer.skipChunk();
  }

  warn(code: "trailing-bytes", message: string): void {
    this.answer.warn(code, message);
  }

  conclude(): InferenceResponse {
    return this.answer.conclude();
  }

  partial(): InferenceResponse | undefined {
    return this.answer.partial();
  }

  take(): StreamEvent[] {
    return this.answer.take();
  }
}
