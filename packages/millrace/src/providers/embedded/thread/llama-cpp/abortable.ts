import type { CancelSignal } from "../../../../model/cancellation.ts";
import { cancelled } from "../../../transport/call-failure.ts";

/** Does work that wants one of the platform's signals, which aborts with the `cancelled` error. */
export async function abortable<T>(signal: CancelSignal, work: (abort: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(cancelled(signal.reason));
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    controller.signal.throwIfAborted();
    return await work(controller.signal);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
