import { setTimeout as delay } from "node:timers/promises";
import { residentBytes } from "./cpu-time.ts";
import type { Running } from "./subjects.ts";

/** What a program is asked first. */
export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a program started; it still runs. */
export interface Start {
  readonly running: Running;
  /** From before the process existed until the answer was complete. */
  readonly firstAnswerMs: number;
  readonly idleBytes: number;
}

/** After which a program that has answered once counts as idle. */
export const IDLE_MS = 3000;

/** Starts a program, asks it once, and looks at its memory when it has been idle for a while. */
export async function timedStart(
  start: () => Promise<Running>,
  { path, headers, body }: Question,
  idleMs: number = IDLE_MS,
): Promise<Start> {
  const startedAt = performance.now();
  const running = await start();
  try {
    const reply = await fetch(`http://127.0.0.1:${running.port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`The first answer was ${reply.status}: ${text}`);
    const firstAnswerMs = performance.now() - startedAt;
    await delay(idleMs);
    return { running, firstAnswerMs, idleBytes: residentBytes(running.pid) };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
