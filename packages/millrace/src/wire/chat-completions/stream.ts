import type { Failure } from "../../model/failure.ts";
import { ReplyFault } from "../assembly/reply-fault.ts";
import { ReplyStreamDecoder } from "../assembly/reply-stream.ts";
import { failureOf } from "../failure/kinds.ts";
import type { Parsed } from "../json/parse.ts";
import { isObject, objectsOf } from "../json/read.ts";
import { ReplyAssembly } from "./reply-assembly.ts";
import type { ReplyOptions } from "./reply-options.ts";
import { readChatDocument } from "./response.ts";

/**
 * Decodes a streamed reply of this dialect. Its terminal sign is `[DONE]`, or a finish reason for every choice that
 * began.
 */
export class ChatStreamDecoder extends ReplyStreamDecoder {
  constructor(options: ReplyOptions) {
    super(new ReplyAssembly(options), {
      limits: options.limits,
      wallNowMs: options.wallNowMs,
      unreadableChunk: options.rules.unreadableChunk,
      endsWithDone: true,
      isChunk,
      readDocument: (value) => readChatDocument(value, options.wallNowMs),
    });
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
