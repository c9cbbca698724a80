import type { Clock } from "../../model/clock.ts";
import type { Turn } from "./conversations.ts";

/** One request of a load that is written down. */
export interface WrittenRequest {
  readonly atMs: number;
  /** What its prompt begins like: servers that have answered it hold its prefix. */
  readonly conversation: string;
  /** Absent where the client does not say that requests belong together; by default it says. */
  readonly session?: string | undefined;
  readonly key?: string;
  readonly priority?: number;
  readonly model?: string;
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  readonly leavesAfterMs?: number;
}

/** Lets every request come at its time. */
export function startWritten(load: readonly WrittenRequest[], clock: Clock, onTurn: (turn: Turn) => void): void {
  for (const request of load) {
    const { atMs, conversation, key = "person", leavesAfterMs, model = "chat", priority = 0 } = request;
    const { outputTokens = 100, promptTokens = 1000 } = request;
    clock.setTimer(atMs - clock.now(), () =>
      onTurn({
        caller: { key, priority },
        model,
        conversation,
        session: "session" in request ? request.session : conversation,
        promptTokens,
        outputTokens,
        leavesAfterMs,
        over: () => undefined,
      }),
    );
  }
}
