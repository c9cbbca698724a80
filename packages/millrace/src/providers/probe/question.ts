import type { Failure } from "../../model/failure.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";

/** One request of a probe, as data. */
export interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `base`: below the base URL; `root`: beside its version segment. */
  readonly from: "base" | "root";
  readonly body?: JsonObject;
  /** Leave the key out. */
  readonly anonymous?: boolean;
  /** Leave the stream after this many chunks with content. */
  readonly leaveAfter?: number;
  /** Ask again until this holds, for a moment. */
  readonly until?: (reply: Reply) => boolean;
}

/** What came back. Text is bounded, and holds no key. */
export interface Reply {
  readonly question: Question;
  /** Absent when no reply came at all. */
  readonly status: number | undefined;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text as JSON, where it is. */
  readonly json: JsonValue | undefined;
  /** We left before it ended. */
  readonly left: boolean;
  /** Why there is no reply, or why it is not whole. */
  readonly failure: Failure | undefined;
  /** From sending to the end of the reply, in milliseconds. */
  readonly elapsedMs: number;
  /** From sending to the first content of a stream, in milliseconds. */
  readonly contentMs: number | undefined;
}

/** A chat request to the base's own route. */
export function chatQuestion(body: JsonObject): Question {
  return { method: "POST", path: "/chat/completions", from: "base", body };
}
