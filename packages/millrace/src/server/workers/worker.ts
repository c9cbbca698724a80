/** What a worker thread runs: a gateway of its own, which shares its port, its seats, its records and its log. */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { gatewayPorts } from "../gateway-ports.ts";
import { randomIds } from "../ids.ts";
import { createLog } from "../log/log.ts";
import { type Prepared, Serving } from "../serving.ts";
import { Batch } from "./batch.ts";
import type { Answer, FromWorker, Order, WorkerStart } from "./messages.ts";
import { SharedSeats } from "./shared-seats.ts";
import { Unread } from "./unread.ts";

const start = workerData as WorkerStart;
const unread = new Unread(start.unread);
const batch = new Batch(systemClock, (content) => {
  post({ kind: "batch", ...content });
  unread.posted();
});
const log = createLog(
  start.logFormat,
  (lines) => batch.write(lines),
  () => systemClock.wallNow(),
);
// Also when something that nobody caught ends this thread.
process.on("exit", flush);

const serving = startServing(start);
let prepared: Prepared | undefined;
let turn = Promise.resolve();
parentPort?.on("message", (order: Order) => {
  turn = turn.then(async () => post(await answerTo(order)));
});
post({ kind: "done", left: 0 });

function startServing({ gatewayId, inForce, seats, worker }: WorkerStart): Serving {
  const { settings, configs, problem } = inForce;
  const ports = {
    ...gatewayPorts(log),
    ids: randomIds(gatewayId),
    records: batch,
    seats: new SharedSeats(seats, worker),
  };
  // The main thread has made the same providers, and has told what is odd about them.
  const made = new Serving({ settings, configs, ports, onWarning: () => undefined });
  if (problem !== undefined) made.reportProblem(problem);
  return made;
}

async function answerTo(order: Order): Promise<Answer> {
  try {
    return { kind: "done", left: await carryOut(order) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { kind: "failed", message, ...(code === undefined ? {} : { code }) };
  }
}

/** Gives how many requests it cancelled. */
async function carryOut(order: Order): Promise<number> {
  switch (order.kind) {
    case "listen":
      await serving.listen(order.address);
      return 0;
    case "prepare": {
      const { settings, configs, problem } = order.inForce;
      prepared = serving.prepare(settings, configs, problem);
      return 0;
    }
    case "commit":
    case "discard":
      prepared?.[order.kind]();
      prepared = undefined;
      return 0;
    case "problem":
      serving.reportProblem(order.problem);
      return 0;
    case "stop":
      return stop(order.limitMs);
  }
}

async function stop(limitMs: number): Promise<number> {
  const left = await serving.stop(limitMs);
  flush();
  // The thread ends when nothing is left to do; what still comes is flushed then.
  parentPort?.unref();
  return left;
}

function flush(): void {
  log.flush();
  batch.flush();
}

function post(message: FromWorker): void {
  parentPort?.postMessage(message);
}
