import type { Failure } from "../../packages/millrace/src/model/failure.ts";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import type { ClientCodec, PassingCodec, ServerCodec } from "../../packages/millrace/src/wire/translation/codec.ts";
import type { NextTurn } from "./next-turn.ts";
import type { ReplyFeature } from "./reply-features.ts";

/** A dialect that clients speak. */
export interface ClientDialect {
  readonly name: string;
  readonly codec: ClientCodec;
  /** The model that is asked for: some clients write for one. */
  readonly asks: string;
  /** Writes what its clients send, with everything that any of them says. */
  readonly writer: ServerCodec;
  readonly nextTurn: NextTurn;
  /** Fields of a request that wants all there is in an answer. */
  readonly wants?: JsonObject;
  /** What ends a stream, well or not: the last event of it. */
  readonly terminal: RegExp;
  readonly streams: "sse" | "ndjson";
}

/** How a dialect passes, and why a body that was adapted cannot be sent nevertheless. */
export interface Passing extends Pick<PassingCodec, "adapt" | "createObserver"> {
  readonly refuses?: (body: JsonObject) => Failure | undefined;
}

/** A dialect that servers speak. */
export interface ServerDialect {
  readonly name: string;
  /** The model that is asked; what it can do counts too. */
  readonly model: string;
  readonly codec: ServerCodec;
  /** How the same dialect passes; absent where no client speaks it. */
  readonly passing?: Passing;
  /** Reads a request as the server would. */
  readonly readRequest: (json: JsonObject) => InferenceRequest | Failure;
  readonly streams: "sse" | "ndjson" | "jsonl";
  /** The bytes of a stream that stands in a file in readable form. */
  readonly frame: (text: string) => Uint8Array;
  /** A stream that says something; nothing where it has no word for it. */
  readonly replies: (feature: Pick<ReplyFeature, "name" | "events">) => Uint8Array | undefined;
  /** A stream of an answer that every dialect can hold. */
  readonly streamOf: (events: readonly DecodedEvent[]) => Uint8Array;
}

/** A client and a server, of the same dialect or not. */
export interface Pair {
  readonly client: ClientDialect;
  readonly server: ServerDialect;
}
