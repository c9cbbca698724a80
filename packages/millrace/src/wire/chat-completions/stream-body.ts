import type { Failure } from "../../model/failure.ts";
import type { Limits } from "../../model/limits.ts";
import type { BodyKind } from "../assembly/body-kind.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { notAnEventStream, webPage } from "../assembly/stream-failures.ts";
import { UnframedBody } from "../assembly/unframed-body.ts";
import { failureOf } from "../failure/kinds.ts";
import type { Parsed } from "../json/parse.ts";
import { isObject } from "../json/read.ts";
import { SseDecoder } from "../sse/decoder.ts";
import { readChatDocument } from "./response.ts";
import { objectsOf } from "./tool-call-wire.ts";
import type { WireReply } from "./types.ts";

/** What a body holds, one at a time. */
export type StreamData =
  /** `last`: the body ended before the event was complete, so it may be a part of one. */
  | { readonly kind: "event"; readonly name: string; readonly text: string; readonly last: boolean }
  /** The server gave one reply although a stream was asked for. */
  | { readonly kind: "whole"; readonly reply: WireReply; readonly trailing: boolean };

type Reader = (data: StreamData) => void;

/** The framing of a streamed reply's body. Throws a `ReplyFault` or an `SseError`. */
export interface StreamBody {
  push(bytes: Uint8Array, read: Reader): void;
  end(read: Reader): void;
  /** What was wrong with the body from the beginning, if it held nothing that a stream holds. */
  flaw(): Failure | undefined;
}

/** The framing for a body of this kind. */
export function createStreamBody(kind: BodyKind, limits: Limits, wallNowMs: () => number): StreamBody {
  switch (kind) {
    case "events":
      return new EventBody(limits);
    case "json":
      return new JsonBody(limits, wallNowMs);
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
  readonly #wallNowMs: () => number;

  constructor(limits: Limits, wallNowMs: () => number) {
    this.#body = new UnframedBody({
      maxBytes: Math.min(limits.replyBodyBytes, limits.assembledBytes),
      maxCost: limits.documentValueBytes,
      isChunk,
    });
    this.#wallNowMs = wallNowMs;
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
    const reply = readChatDocument(parsed.value, this.#wallNowMs);
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

/** Whether a line of JSON is a chunk. Ollama's own streaming format is told from it by name. */
function isChunk(line: Parsed): boolean {
  if (!line.ok || !isObject(line.value)) return false;
  if (typeof line.value["done"] === "boolean") throw new ReplyFault(ollamaLines());
  const isNamed = line.value["object"] === "chat.completion.chunk";
  return isNamed || objectsOf(line.value["choices"]).some((choice) => isObject(choice["delta"]));
}

function ollamaLines(): Failure {
  const message =
    'The server answered in Ollama\'s own format (JSON lines with "done"); point the base URL at its /v1 endpoint';
  return failureOf("protocol", message);
}
