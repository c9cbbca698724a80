import type { Failure } from "../../model/failure.ts";
import type { Limits } from "../../model/limits.ts";
import type { BodyKind } from "./body-kind.ts";
import { ReplyFault } from "./reply-fault.ts";
import { notAnEventStream, webPage } from "./stream-failures.ts";
import { UnframedBody } from "./unframed-body.ts";
import { failureOf } from "../failure/kinds.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Parsed } from "../json/parse.ts";
import { SseDecoder } from "../sse/decoder.ts";

/** What a body holds, one at a time. */
export type StreamData =
  /** `last`: the body ended before the event was complete, so it may be a part of one. */
  | { readonly kind: "event"; readonly name: string; readonly text: string; readonly last: boolean }
  /** The server gave one reply although a stream was asked for. */
  | { readonly kind: "whole"; readonly reply: JsonObject; readonly trailing: boolean };

type Reader = (data: StreamData) => void;

/** The framing of a streamed reply's body. Throws a `ReplyFault` or an `SseError`. */
export interface StreamBody {
  push(bytes: Uint8Array, read: Reader): void;
  end(read: Reader): void;
  /** What was wrong with the body from the beginning, if it held nothing that a stream holds. */
  flaw(): Failure | undefined;
}

/** A document as the whole reply that it is, or what is wrong with it. */
export type ReadDocument = { readonly document: JsonObject } | { readonly failure: Failure };

/** A whole reply that is none of its dialect's. `flaw` goes on: "The model server's reply …". */
export function noAnswer(flaw: string): ReadDocument {
  return { failure: failureOf("protocol", `The model server's reply ${flaw}`) };
}

/** What a dialect's bodies are like. */
export interface BodyForms {
  /** Whether a first line of JSON is a chunk of a stream, rather than (part of) a whole reply. */
  readonly isChunk: (line: Parsed) => boolean;
  readonly readDocument: (value: JsonValue) => ReadDocument;
  /** The framing of its streams, where that is not server-sent events. */
  readonly createEventBody?: (limits: Limits) => StreamBody;
}

/** The framing for a body of this kind. */
export function createStreamBody(kind: BodyKind, limits: Limits, forms: BodyForms): StreamBody {
  switch (kind) {
    case "events":
      return forms.createEventBody?.(limits) ?? new EventBody(limits);
    case "json":
      return new JsonBody(limits, forms);
    case "markup":
      return new MarkupBody();
  }
}

class EventBody implements StreamBody {
  readonly #decoder: SseDecoder;
  #events = 0;

  constructor(limits: Limits) {
    this.#decoder = new SseDecoder({ maxEventBytes: limits.eventBytes });
  }

  push(bytes: Uint8Array, read: Reader): void {
    for (const { event: name, data: text } of this.#decoder.push(bytes)) this.#give(read, name, text, false);
    if (this.#decoder.error !== undefined) throw this.#decoder.error;
  }

  end(read: Reader): void {
    for (const { event: name, data: text } of this.#decoder.end()) this.#give(read, name, text, true);
  }

  flaw(): Failure | undefined {
    return this.#events === 0 && this.#decoder.unknownFields > 0 ? notAnEventStream() : undefined;
  }

  #give(read: Reader, name: string, text: string, last: boolean): void {
    this.#events += 1;
    read({ kind: "event", name, text, last });
  }
}

class JsonBody implements StreamBody {
  readonly #body: UnframedBody;
  readonly #forms: BodyForms;

  constructor(limits: Limits, forms: BodyForms) {
    this.#body = new UnframedBody({
      maxBytes: Math.min(limits.replyBodyBytes, limits.assembledBytes),
      maxCost: limits.documentValueBytes,
      isChunk: forms.isChunk,
    });
    this.#forms = forms;
  }

  push(bytes: Uint8Array, read: Reader): void {
    for (const text of this.#body.push(bytes)) read({ kind: "event", name: "", text, last: false });
  }

  end(read: Reader): void {
    const end = this.#body.end();
    if (end.kind === "lines") {
      for (const text of end.lines) read({ kind: "event", name: "", text, last: true });
    } else {
      read(this.#whole(end.parsed));
    }
  }

  flaw(): undefined {
    return undefined;
  }

  #whole(parsed: Parsed): StreamData {
    if (!parsed.ok) {
      const place = `line ${parsed.line}, column ${parsed.column}`;
      const message = `The model server's reply is not the JSON it begins like: ${parsed.message} (${place})`;
      throw new ReplyFault(failureOf("protocol", message));
    }
    const reply = this.#forms.readDocument(parsed.value);
    if ("failure" in reply) throw new ReplyFault(reply.failure);
    return { kind: "whole", reply: reply.document, trailing: parsed.trailing };
  }
}

/** Titles stand near the top. */
const MAX_MARKUP_LENGTH = 8192;

/** A web page: only as much of it is held as its title needs. */
class MarkupBody implements StreamBody {
  readonly #text = new TextDecoder();
  #html = "";

  push(bytes: Uint8Array): void {
    this.#html += this.#text.decode(bytes, { stream: true });
    const told = this.#html.length > MAX_MARKUP_LENGTH || this.#html.toLowerCase().includes("</title>");
    if (told) throw new ReplyFault(webPage(this.#html));
  }

  end(): void {
    throw new ReplyFault(webPage(this.#html));
  }

  flaw(): undefined {
    return undefined;
  }
}
