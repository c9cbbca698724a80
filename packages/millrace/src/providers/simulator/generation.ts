import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuse } from "../../wire/assembly/request-checks.ts";
import { arrayOf, numberOf, objectOf } from "../../wire/json/read.ts";
import type { Act } from "./act.ts";
import { OUTPUT_TOKENS_MAX } from "./models.ts";
import { perform } from "./performance.ts";
import { type ReplyForm, type ReplyHead, streamReply, wholeReply } from "./reply.ts";
import type { Step } from "./step.ts";
import { withStops } from "./stops.ts";

const CHOICES_MAX = 8;
const STOPS_MAX = 16;

/** What makes one answer differ from all others. */
export interface AnswerContext {
  /** Unique in this process. */
  readonly id: string;
  readonly createdSec: number;
}

/** What is generated for one request, in whatever dialect it came. */
export interface Generation {
  readonly model: string;
  readonly promptTokens: number;
  /** What each prompt makes the simulator do. */
  readonly scripts: readonly (readonly Step[])[];
  /** Writes the answer in the request's dialect. */
  readonly formOf: (head: ReplyHead, includeUsage: boolean) => ReplyForm;
}

/** Carries a generation out as the request's body says, or says what is wrong with the body. */
export function generate(generation: Generation, body: JsonObject, context: AnswerContext): Iterable<Act> | Failure {
  const { model, promptTokens, scripts, formOf } = generation;
  const size = sizeOf(body, scripts.length);
  if ("kind" in size) return size;
  const stopped = scripts.map((script) => withStops(script, size.stops));
  const choices = stopped.flatMap((script) => Array.from({ length: size.copies }, () => script));
  const beats = perform(choices, { maxTokens: size.maxTokens, promptTokens, id: context.id });
  const head = { id: context.id, model, createdSec: context.createdSec };
  const includeUsage = objectOf(body["stream_options"])?.["include_usage"] === true;
  const form = formOf(head, includeUsage);
  return body["stream"] === true ? streamReply(beats, head, form) : wholeReply(beats, head, form);
}

/** How much a request asks for. */
interface Size {
  readonly copies: number;
  readonly maxTokens: number;
  readonly stops: readonly string[];
}

function sizeOf(body: JsonObject, prompts: number): Size | Failure {
  const copies = numberOf(body["n"]) ?? 1;
  if (copies * prompts > CHOICES_MAX) return refuse("n", `The simulator gives at most ${CHOICES_MAX} choices.`);
  const field = numberOf(body["max_completion_tokens"]) === undefined ? "max_tokens" : "max_completion_tokens";
  const maxTokens = numberOf(body[field]) ?? OUTPUT_TOKENS_MAX;
  if (maxTokens < 1) return refuse(field, `\`${field}\` must be 1 or more, not ${maxTokens}`);
  const stops = stopsOf(body);
  if (stops.length > STOPS_MAX) return refuse("stop", `The simulator takes at most ${STOPS_MAX} stop texts.`);
  return { copies, maxTokens: Math.min(maxTokens, OUTPUT_TOKENS_MAX), stops };
}

function stopsOf({ stop }: JsonObject): readonly string[] {
  const given = typeof stop === "string" ? [stop] : arrayOf(stop).filter((text) => typeof text === "string");
  return given.filter((text) => text !== "");
}
