import { expect, test } from "vitest";
import { Cancellation, type CancelSignal } from "./cancellation.ts";

function heard(): { readonly listener: () => void; readonly calls: () => number } {
  let calls = 0;
  return { listener: () => (calls += 1), calls: () => calls };
}

test("every listener hears it once, whatever its form, and the reason is kept", () => {
  const cancellation = new Cancellation();
  const [one, other] = [heard(), heard()];
  cancellation.addEventListener("abort", one.listener);
  cancellation.addEventListener("abort", one.listener);
  cancellation.addEventListener("abort", { handleEvent: other.listener });
  cancellation.cancel("enough");
  cancellation.cancel("again");
  expect([one.calls(), other.calls()]).toEqual([1, 1]);
  expect([cancellation.aborted, cancellation.reason]).toEqual([true, "enough"]);
});

test("a listener that was removed hears nothing, and one may remove another while it is told", () => {
  const cancellation = new Cancellation();
  const [removed, last] = [heard(), heard()];
  cancellation.addEventListener("abort", removed.listener);
  cancellation.removeEventListener("abort", removed.listener);
  cancellation.addEventListener("abort", () => cancellation.removeEventListener("abort", last.listener));
  cancellation.addEventListener("abort", last.listener);
  cancellation.cancel();
  expect([removed.calls(), last.calls()]).toEqual([0, 1]);
});

test("an AbortSignal can stand in its place", () => {
  const { listener, calls } = heard();
  const controller = new AbortController();
  const signal: CancelSignal = controller.signal;
  signal.addEventListener("abort", listener);
  controller.abort();
  expect([signal.aborted, calls()]).toEqual([true, 1]);
});
