import type { Clock } from "../../model/clock.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import { MemoryResponses } from "../../stores/memory/responses.ts";
import type { Gateway } from "../gateway.ts";
import { createGateway } from "../gateway.ts";
import { Gate } from "../gate.ts";
import type { RequestRecord, Seats } from "../ports.ts";
import { planOf } from "./plan.ts";
import type { RecordingClientOptions } from "./recording-client.ts";
import { RecordingClient } from "./recording-client.ts";

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A gateway whose ids count from 1 and whose records and log lines are lists. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly records: readonly RequestRecord[];
  readonly log: readonly LogLine[];
  /** Its seats: the next that is taken says how many were. */
  readonly seats: Seats;
  /** From now on the store of records throws. */
  readonly breakStore: () => void;
  /** Starts a request; `done` resolves when the gateway has finished with it. */
  readonly start: (options: RecordingClientOptions) => {
    readonly client: RecordingClient;
    readonly done: Promise<void>;
  };
  /** Makes a request and waits for its end. */
  readonly call: (options: RecordingClientOptions) => Promise<RecordingClient>;
}

export function testGateway(
  clock: Clock,
  providers: readonly GatewayProvider[],
  plan: Parameters<typeof planOf>[1] = {},
): TestGateway {
  const records: RequestRecord[] = [];
  const log: LogLine[] = [];
  const line = (level: LogLine["level"]) => (event: string, fields: LogLine["fields"]) =>
    void log.push({ level, event, fields });
  let ids = 0;
  let broken = false;
  const { seats } = new Gate();
  const gateway = createGateway(
    {
      clock,
      ids: { gatewayId: "gw-test", requestId: () => `req-${(ids += 1)}` },
      random: () => 0.5,
      records: {
        add: (record) => {
          if (broken) throw new Error("disk full");
          records.push(record);
        },
      },
      responses: new MemoryResponses(() => clock.now()),
      log: { info: line("info"), warn: line("warn"), error: line("error") },
      seats,
    },
    planOf(providers, plan),
  );
  const start: TestGateway["start"] = (options) => {
    const client = new RecordingClient(options);
    return { client, done: gateway.handle(client.request, client.reply) };
  };
  return {
    gateway,
    records,
    log,
    seats,
    breakStore: () => void (broken = true),
    start,
    call: async (options) => {
      const { client, done } = start(options);
      await done;
      return client;
    },
  };
}
