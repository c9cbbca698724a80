import { Agent, type IncomingMessage, request } from "node:http";
import { keyOf } from "./configuration.ts";
import type { Body, Kind } from "./kinds.ts";
import type { Asked, Ending } from "./records.ts";
import { tagText } from "./upstream.ts";
import type { Visit, Visits } from "./visits.ts";

/** A request that is not answered by then hangs. In milliseconds. */
const PATIENCE_MS = 60_000;
/** How long a slow reader looks at each piece, in milliseconds. */
const SLOW_MS = 40;
/** Clients leave within this time of the moment that their kind names. */
const LEAVE_WITHIN_MS = 80;
/** How long a slow sender takes for its body, in milliseconds. */
const SEND_WITHIN_MS = 2000;
/** Long enough for everything between flood and client to fill up. */
const UNREAD_MS = 1000;
const FRESH_SHARE = 0.25;
const DONE = "data: [DONE]\n\n";
const SENTENCE = "Compare the two drafts and say which of them a careful editor would keep, and why. ";

/** The clients of the soak. */
export class Clients {
  /** Requests that hang, by their kinds. */
  readonly hung: string[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: string;
  readonly #visits: Visits;

  constructor(url: string, visits: Visits) {
    this.#url = url;
    this.#visits = visits;
  }

  /** Sends one request and resolves when nothing more can come of it. Never rejects. */
  ask(kind: Kind, tag: number, random: () => number): Promise<Asked> {
    const visit = kind.manner.startsWith("leave") ? this.#visits.announce(tag) : undefined;
    return new Promise((resolve) => {
      const call = new Call(kind, visit, random, (asked) => {
        clearTimeout(timer);
        resolve(asked);
      });
      const timer = setTimeout(() => {
        this.hung.push(kind.name);
        call.end("broken");
      }, PATIENCE_MS);
      call.send(this.#url, random() < FRESH_SHARE ? false : this.#agent, kind.body && bodyText(kind.body, tag));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One request on its way. */
class Call {
  readonly #kind: Kind;
  readonly #visit: Visit | undefined;
  readonly #random: () => number;
  readonly #over: (asked: Asked) => void;
  #outgoing: ReturnType<typeof request> | undefined;
  #reply: IncomingMessage | undefined;
  #tail = "";
  #leaving = false;
  #ended = false;

  constructor(kind: Kind, visit: Visit | undefined, random: () => number, over: (asked: Asked) => void) {
    this.#kind = kind;
    this.#visit = visit;
    this.#random = random;
    this.#over = over;
  }

  send(url: string, agent: Agent | false, body: string | undefined): void {
    const { method, path, manner } = this.#kind;
    const outgoing = request(`${url}${path}`, { method, agent, headers: this.#headers(body) });
    this.#outgoing = outgoing;
    outgoing.on("response", (reply) => this.#read(reply));
    outgoing.on("error", () => this.end("broken"));
    const half = body?.slice(0, body.length / 2);
    if (manner === "leave with half the body sent") {
      outgoing.write(half, () => this.#leaveSoon());
    } else if (manner === "send slowly") {
      outgoing.write(half);
      setTimeout(() => outgoing.end(body?.slice(body.length / 2)), this.#random() * SEND_WITHIN_MS);
    } else {
      outgoing.end(body);
    }
    if (manner === "leave while waiting") void this.#visit?.arrived.then(() => this.#leaveSoon());
  }

  /** Tells what came of it; whoever comes second is too late. */
  end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outgoing?.destroy();
    const id = this.#reply?.headers["x-millrace-request-id"];
    this.#over({
      kind: this.#kind.name,
      recorded: this.#kind.body !== undefined,
      id: typeof id === "string" ? id : undefined,
      status: this.#reply?.statusCode,
      ending,
    });
  }

  #headers(body: string | undefined): Record<string, string | number> {
    const { name, key } = this.#kind;
    const headers = { authorization: `Bearer ${key === "wrong" ? "nobody's" : keyOf(name)}` };
    if (body === undefined) return headers;
    const typed = { ...headers, "content-type": "application/json" };
    return this.#kind.body?.chunked === true
      ? { ...typed, "transfer-encoding": "chunked" }
      : { ...typed, "content-length": Buffer.byteLength(body) };
  }

  #read(reply: IncomingMessage): void {
    this.#reply = reply;
    const { manner } = this.#kind;
    reply.on("error", () => this.end("broken"));
    reply.on("close", () => this.end(reply.complete ? this.#ending(reply) : "broken"));
    if (manner === "leave without reading") {
      setTimeout(() => this.#leave(), UNREAD_MS);
      return;
    }
    reply.on("data", (bytes: Buffer) => {
      this.#tail = (this.#tail + bytes.toString("latin1")).slice(-DONE.length);
      if (manner === "leave mid stream") this.#leaveSoon();
      if (manner !== "read slowly") return;
      reply.pause();
      setTimeout(() => reply.resume(), SLOW_MS);
    });
  }

  #ending(reply: IncomingMessage): Ending {
    if ((reply.statusCode ?? 0) >= 400) return "refused";
    const streamed = reply.headers["content-type"]?.startsWith("text/event-stream") === true;
    return streamed && this.#tail !== DONE ? "error-event" : "complete";
  }

  #leaveSoon(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    setTimeout(() => this.#leave(), this.#random() * LEAVE_WITHIN_MS);
  }

  #leave(): void {
    if (this.#ended) return;
    this.#visit?.leave();
    this.end("left");
  }
}

function bodyText({ model, stream, size, form }: Body, tag: number): string {
  const text = `${tagText(tag)} ${SENTENCE.repeat(Math.ceil(size / SENTENCE.length))}`;
  if (form === "embeddings")
    return JSON.stringify({ model, input: [text, text, text, text], encoding_format: "float" });
  const options = stream ? { stream, stream_options: { include_usage: true } } : {};
  const whole = JSON.stringify({ model, ...options, messages: [{ role: "user", content: text }] });
  return form === "broken JSON" ? whole.slice(0, -2) : whole;
}
