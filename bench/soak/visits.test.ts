import { gate } from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Visits } from "./visits.ts";

interface TestCall {
  readonly isClosed: boolean;
  readonly closed: Promise<void>;
  close(): void;
}

/** A call to the model server that runs until it is closed. */
function openCall(): TestCall {
  const closing = gate();
  let isClosed = false;
  return {
    get isClosed() {
      return isClosed;
    },
    closed: closing.opened,
    close: () => {
      isClosed = true;
      closing.open();
    },
  };
}

let visits: Visits;
beforeEach(() => {
  vi.useFakeTimers();
  visits = new Visits();
});
afterEach(() => vi.useRealTimers());

const seen = (): object => ({
  stopped: visits.stopMs.length,
  orphans: visits.orphans,
  begunAfter: visits.begunAfter,
});

describe("a client leaves", () => {
  test("and its call stops: how long that took is kept", async () => {
    const call = openCall();
    const visit = visits.announce(1);
    visits.call(1, call);
    await visit.arrived;
    visit.leave();
    vi.advanceTimersByTime(30);
    call.close();
    await visits.settled();
    expect(visits.stopMs).toEqual([30]);
    expect(seen()).toMatchObject({ orphans: 0, begunAfter: 0 });
  });

  test("and its call never stops: it is an orphan", async () => {
    const visit = visits.announce(1);
    visits.call(1, openCall());
    visit.leave();
    vi.advanceTimersByTime(5000);
    await visits.settled();
    expect(seen()).toEqual({ stopped: 0, orphans: 1, begunAfter: 0 });
  });

  test("and a call is begun after it", async () => {
    const call = openCall();
    visits.announce(1).leave();
    visits.call(1, call);
    call.close();
    await visits.settled();
    expect(seen()).toEqual({ stopped: 1, orphans: 0, begunAfter: 1 });
  });

  test("of two calls the one that had failed before is over already", async () => {
    const [failed, running] = [openCall(), openCall()];
    const visit = visits.announce(1);
    visits.call(1, failed);
    failed.close();
    visits.call(1, running);
    visit.leave();
    running.close();
    await visits.settled();
    expect(seen()).toEqual({ stopped: 1, orphans: 0, begunAfter: 0 });
  });
});

test("calls of clients that stay are not watched", async () => {
  visits.call(7, openCall());
  await visits.settled();
  expect(seen()).toEqual({ stopped: 0, orphans: 0, begunAfter: 0 });
});
