import type { UpstreamExchange } from "millrace/conformance";

/** A call to the model server: what of it is needed here. */
type Call = Pick<UpstreamExchange, "isClosed" | "closed">;

/** A call that still runs so long after its client has left is never going to stop. In milliseconds. */
const ORPHAN_MS = 5000;

/** A request that its client is going to leave, and the calls that the model server gets because of it. */
export interface Visit {
  /** Resolves with the first call. */
  readonly arrived: Promise<void>;
  /** To be called when the client leaves: from here on each call must stop. */
  leave(): void;
}

interface OpenVisit {
  readonly calls: Call[];
  readonly arrive: () => void;
  leftMs: number | undefined;
}

/** Watches, for requests whose clients leave, how long the model server goes on being used. */
export class Visits {
  /** From the client's leaving until the call was stopped, in milliseconds. */
  readonly stopMs: number[] = [];
  /** Calls that did not stop. */
  orphans = 0;
  /** Calls that were begun although the client had left. */
  begunAfter = 0;
  readonly #open = new Map<number, OpenVisit>();
  readonly #waiting = new Set<Promise<void>>();

  announce(tag: number): Visit {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const visit: OpenVisit = { calls: [], arrive, leftMs: undefined };
    this.#open.set(tag, visit);
    return {
      arrived,
      leave: () => {
        visit.leftMs = performance.now();
        for (const call of visit.calls) this.#watch(call, visit.leftMs);
        visit.calls.length = 0;
      },
    };
  }

  /** The model server got a call. */
  call(tag: number, exchange: Call): void {
    const visit = this.#open.get(tag);
    if (visit === undefined) return;
    if (visit.leftMs === undefined) visit.calls.push(exchange);
    else {
      this.begunAfter += 1;
      this.#watch(exchange, performance.now());
    }
    visit.arrive();
  }

  /** Resolves when every call has stopped or is known never to. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  #watch(call: Call, sinceMs: number): void {
    if (call.isClosed) return;
    const outcome = this.#outcome(call, sinceMs).finally(() => this.#waiting.delete(outcome));
    this.#waiting.add(outcome);
  }

  async #outcome(call: Call, sinceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, ORPHAN_MS, "late");
    });
    if ((await Promise.race([call.closed, late])) === "late") this.orphans += 1;
    else this.stopMs.push(performance.now() - sinceMs);
    clearTimeout(timer);
  }
}
