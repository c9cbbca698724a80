import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../failure/kinds.ts";
import { readable } from "../failure/readable.ts";

/** The stream ended without a finish reason and without `[DONE]`. */
export function truncatedStream(contentSeen: boolean): Failure {
  const when = contentSeen ? "in the middle of its answer" : "before its answer began";
  const message = `The model server's stream ended ${when}: it gave neither a finish reason nor [DONE]`;
  return failureOf("truncated", message, contentSeen ? { partial: true } : {});
}

/** An event that is no JSON, such as an error some servers send as plain text. */
export function unreadableEvent(data: string, contentSeen: boolean): Failure {
  const message = `The model server sent an event that is not JSON: ${readable(data)}`;
  return failureOf("protocol", message, contentSeen ? { partial: true } : {});
}

/** The body has nothing of an event stream in it. */
export function notAnEventStream(): Failure {
  return failureOf("protocol", "The model server's reply is not an event stream; check that the base URL is right");
}

const TITLE = /<title[^>]*>([^<]*)<\/title>/iu;

/** A web page came instead of a stream. Only its title is told. */
export function webPage(html: string): Failure {
  const title = TITLE.exec(html)?.[1]?.trim() ?? "";
  const named = title === "" ? "a web page" : `a web page titled "${readable(title)}"`;
  return failureOf("protocol", `Instead of an answer came ${named}; check that the base URL is right`);
}
