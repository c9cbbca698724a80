import type { JsonObject } from "../../../packages/millrace/src/model/json.ts";
import type { Answer, Asked } from "./asked.ts";
import type { Frame, Framing } from "./frame.ts";

export const UPSTREAMS = ["chat", "messages", "responses", "gemini", "ollama"] as const;
export type UpstreamId = (typeof UPSTREAMS)[number];

/** What a client must make of a fault. */
export type Expectation =
  /** It matters to nobody: the conversation goes to its end. */
  | "passes"
  /** The answer is lost: the client says so, or gets another one whole. Soon, either way. */
  | "ends";

export interface Fault {
  readonly expects: Expectation;
  /** What becomes of a streamed answer. */
  readonly stream: (frames: readonly Frame[]) => readonly Frame[];
  /** Answered instead of any answer, streamed or whole. */
  readonly status?: number;
}

/** One operation of a scripted server, found by its method and path. */
export interface Operation {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly answer: (body: JsonObject, path: string) => JsonObject;
}

/** A model server that speaks one dialect, as the gateway's upstream. */
export interface UpstreamDialect {
  readonly id: UpstreamId;
  /** The gateway's profile for it. */
  readonly profile: string;
  /** The profile for other makers' servers that speak the same: those have flaws that it has not. */
  readonly imitators?: string;
  readonly framing: Framing;
  /** A stream asked for without this query is one JSON array. */
  readonly eventsQuery?: string;
  /** What it knows the model by; clients ask for {@link MODEL}. */
  readonly modelId: string;
  readonly basePath: string;
  /** The path on which conversations are posted. */
  readonly path: RegExp;
  readonly read: (body: JsonObject, path: string) => Asked;
  readonly whole: (answer: Answer) => JsonObject;
  readonly stream: (answer: Answer) => readonly Frame[];
  readonly error: (status: number, message: string) => JsonObject;
  /** What the real server refuses, though the script could answer it. */
  readonly refuses?: (body: JsonObject) => string | undefined;
  readonly others: readonly Operation[];
  readonly faults: Readonly<Record<string, Fault>>;
}

/** What clients ask for, and a part of what every server calls its model. */
export const MODEL = "scripted-1";
