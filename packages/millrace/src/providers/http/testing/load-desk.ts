import { FakeClock } from "../../../conformance/fake-clock.ts";
import { wholeReply } from "../../../conformance/scripted-upstream/reply-bytes.ts";
import type { Script } from "../../../conformance/scripted-upstream/scripted-upstream.ts";
import { type Desk, openDesk } from "./desk.ts";
import { completion } from "./wire.ts";

export type Answer = object | string | readonly [status: number, body: object | string];
export type Routes = Record<string, Answer>;

/** A server that has these routes and no others, and answers every question. */
export function serving(routes: Routes): Script {
  return (exchange) => {
    const { request } = exchange;
    const missing = [404, { error: { message: "File Not Found", code: 404 } }] as const;
    const answer = request.method === "POST" ? completion("Hello") : (routes[request.path] ?? missing);
    const [status, body] = isPair(answer) ? answer : ([200, answer] as const);
    return exchange.send(wholeReply(status, typeof body === "string" ? body : JSON.stringify(body)));
  };
}

function isPair(answer: Answer): answer is readonly [number, object | string] {
  return Array.isArray(answer) && answer.length === 2 && typeof answer[0] === "number";
}

/** A provider whose server is asked for its load. */
export interface LoadDesk extends Desk {
  readonly clock: FakeClock;
  /** Gives the server work, so that it is in use. */
  readonly use: () => Promise<void>;
  /** The routes that were asked since the last time. */
  readonly asked: () => readonly string[];
}

/** Starts such a server, with time that stands still. */
export async function openLoadDesk(profile: string, script: Script): Promise<LoadDesk> {
  const clock = new FakeClock();
  const desk = await openDesk(script, { profile, clock, streamUpstream: false });
  let seen = 0;
  return {
    ...desk,
    clock,
    use: async () => void (await desk.provider.infer({ model: "m", prompt: "hi" })),
    asked: () => {
      const fresh = desk.upstream.exchanges.slice(seen).filter(({ request }) => request.method === "GET");
      seen = desk.upstream.exchanges.length;
      return fresh.map(({ request }) => request.path);
    },
  };
}
