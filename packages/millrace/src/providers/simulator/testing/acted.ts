import type { JsonObject } from "../../../model/json.ts";
import { stringOf } from "../../../wire/json/read.ts";
import { SseDecoder } from "../../../wire/sse/decoder.ts";
import { answer } from "../answer.ts";
import type { Act } from "../act.ts";

/** What a reply came to, with nothing in between. */
export interface Acted {
  readonly acts: readonly Act[];
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the simulator does for a request, all at once. */
export function act(method: "GET" | "POST", path: string, body?: JsonObject | string): Acted {
  const request = { method, path, body: typeof body === "object" ? JSON.stringify(body) : (body ?? "") };
  const acts = [...answer(request, { id: "sim-1", createdSec: 7 })];
  const head = acts.find(({ type }) => type === "head");
  const { status, headers = {} } = head?.type === "head" ? head : {};
  const text = acts.map((one) => (one.type === "send" ? one.text : "")).join("");
  return { acts, status, headers, text };
}

/** What it does for a prompt to `sim-chat`. */
export function ask(prompt: string, more: JsonObject = {}): Acted {
  const messages = [{ role: "user", content: prompt }];
  return act("POST", "/v1/chat/completions", { model: "sim-chat", messages, ...more });
}

/** A reply as the document that it is. */
export function document({ text }: Acted): JsonObject {
  return JSON.parse(text) as JsonObject;
}

/** The first choice of a whole reply. */
export function choice(acted: Acted): JsonObject {
  return (document(acted)["choices"] as readonly JsonObject[])[0] ?? {};
}

/** The message of a whole reply. */
export function message(acted: Acted): JsonObject {
  return choice(acted)["message"] as JsonObject;
}

/** The text of a whole reply. */
export function said(acted: Acted): string {
  return stringOf(message(acted)["content"]) ?? "";
}

/** The documents of a stream; its end is `[DONE]`. */
export function chunks({ text }: Acted): (JsonObject | "[DONE]")[] {
  const decoder = new SseDecoder({ maxEventBytes: 1e6 });
  const events = [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()];
  return events.map(({ data }) => (data === "[DONE]" ? data : (JSON.parse(data) as JsonObject)));
}
