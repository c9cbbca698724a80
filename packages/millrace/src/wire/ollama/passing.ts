import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { failureOfFinishReason } from "../assembly/finish-reasons.ts";
import { LineFraming } from "../assembly/framings.ts";
import { setStream } from "../assembly/stream-options.ts";
import { WatchedStream } from "../assembly/watched-stream.ts";
import type { EventWatch } from "../assembly/watched-stream.ts";
import { present } from "../failure/present.ts";
import { stringOf } from "../json/read.ts";
import { fitSchemas } from "../translation/object-schemas.ts";
import type { PassingCodec, ReplyFacts } from "../translation/codec.ts";
import { messageOf } from "./answer-reader.ts";
import { callsOf } from "./call-pairing.ts";
import { loading } from "./encode-request.ts";
import { readUsage } from "./metrics.ts";
import type { OllamaRules } from "./rules.ts";
import { readReplyDocument } from "./stream.ts";
import type { WireReply } from "./types.ts";

/** The dialect for bodies that pass, to `/api/chat` and to `/api/generate` alike. */
export function createPassing(rules: OllamaRules): PassingCodec {
  return {
    adapt: (json, options) => adapt(json, options, rules),
    createObserver: (options) =>
      new WatchedStream(new LineWatch(), new LineFraming({ maxEventBytes: options.limits.eventBytes }), options),
    readReply,
  };
}

function adapt(
  json: JsonObject,
  { model, stream, isClean }: Parameters<PassingCodec["adapt"]>[1],
  rules: OllamaRules,
): AdaptedBody {
  const editor = cleanEditor(json, isClean);
  const { options, keep_alive: keepAlive } = loading(json, rules);
  if (options !== undefined) {
    editor.report({ field: "options.num_ctx", action: "added", reason: "the context that the model is loaded with" });
    editor.set("options", options);
  }
  if (keepAlive !== undefined) {
    editor.report({ field: "keep_alive", action: "added", reason: "how long the model stays loaded" });
    editor.set("keep_alive", keepAlive);
  }
  fitSchemas(editor);
  // One that says nothing asks for a stream.
  setStream(editor, stream, true);
  editor.set("model", model);
  return editor.done();
}

function readReply(value: JsonValue, wallNowMs: () => number): ReplyFacts | Failure {
  const read = readReplyDocument(value, wallNowMs);
  if ("failure" in read) return read.failure;
  const reply: WireReply = read.document;
  const raw = stringOf(reply.done_reason);
  const failure = raw === undefined ? undefined : failureOfFinishReason(raw);
  return (
    failure ?? { rawFinishReason: raw ?? null, ...present({ usage: readUsage(reply), model: stringOf(reply.model) }) }
  );
}

/** Takes note of the lines that pass. */
class LineWatch implements EventWatch {
  #content = false;
  #ended = false;
  #known: EventWatch["known"] = {};

  get content(): boolean {
    return this.#content;
  }

  get finished(): boolean {
    return this.#ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get known(): EventWatch["known"] {
    return this.#known;
  }

  read(value: JsonObject): Failure | undefined {
    const reply: WireReply = value;
    const model = stringOf(reply.model);
    if (this.#known.model === undefined && model !== undefined) this.#known = { ...this.#known, model };
    const message = messageOf(reply);
    if (message.content || message.thinking || callsOf(message).length > 0) this.#content = true;
    return reply.done === true ? this.#end(reply) : undefined;
  }

  /** Nothing is ever missing: the line that ends the answer is the one that says why. */
  closing(): string {
    return "";
  }

  #end(reply: WireReply): Failure | undefined {
    const raw = stringOf(reply.done_reason);
    const failure = raw === undefined ? undefined : failureOfFinishReason(raw);
    if (failure !== undefined) return failure;
    this.#content = this.#ended = true;
    this.#known = { ...this.#known, ...present({ usage: readUsage(reply), rawFinishReason: raw }) };
    return undefined;
  }
}
