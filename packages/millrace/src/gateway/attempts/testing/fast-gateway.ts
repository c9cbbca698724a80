import { setImmediate as turn } from "node:timers/promises";
import { FakeClock } from "../../../conformance/fake-clock.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { RequestRecord } from "../../ports.ts";
import type { PlannedRoute } from "../../testing/plan.ts";
import type { RecordingClient, RecordingClientOptions } from "../../testing/recording-client.ts";
import type { ScriptedProvider } from "../../testing/scripted-provider.ts";
import { type TestGateway, testGateway } from "../../testing/test-gateway.ts";

/** What is asked of the model `fast`. */
export const ASK: JsonObject = { model: "fast", messages: [{ role: "user", content: "hi" }] };

export interface FastGateway extends TestGateway {
  readonly clock: FakeClock;
  /** A request for `fast`, up to its end. */
  readonly ask: (more?: JsonObject, options?: RecordingClientOptions) => Promise<RecordingClient>;
  /** A request for `fast` that has come as far as it can for now. */
  readonly begin: (more?: JsonObject, options?: RecordingClientOptions) => Promise<Begun>;
  /** What `POST /v1/route` says of `fast`. */
  readonly explained: () => Promise<Explained>;
}

export interface Begun {
  readonly client: RecordingClient;
  readonly done: Promise<void>;
}

export interface Explained {
  readonly candidates: readonly TargetState[];
  readonly excluded: readonly TargetState[];
}

export interface TargetState {
  readonly target: string;
  readonly reason: string;
  readonly state: string;
  readonly in_flight: number;
  readonly waiting: number;
}

/** A gateway whose one name, `fast`, stands for these targets. */
export function fastGateway(
  providers: readonly ScriptedProvider[],
  route: readonly string[] | PlannedRoute,
  plan: Omit<NonNullable<Parameters<typeof testGateway>[2]>, "models"> = {},
): FastGateway {
  const clock = new FakeClock();
  const setup = testGateway(clock, providers, { ...plan, models: { fast: route } });
  const begin: FastGateway["begin"] = async (more = {}, options = {}) => {
    const begun = setup.start({ ...options, body: { ...ASK, ...more } });
    await settled();
    return begun;
  };
  return {
    clock,
    ...setup,
    begin,
    ask: async (more, options) => {
      const { client, done } = await begin(more, options);
      await done;
      return client;
    },
    explained: async () => (await setup.call({ path: "/v1/route", body: ASK })).json as unknown as Explained,
  };
}

/** Everything that waits for nothing outside has happened. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await turn();
}

/** Time goes on in steps, and everything has its turn between them. */
export async function pass(clock: FakeClock, ms: number, stepMs: number = 250): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    clock.advance(Math.min(leftMs, stepMs));
    await settled();
  }
}

/** A record's attempts, in words: `desk failed server`. */
export function attemptsOf(record: RequestRecord | undefined): string[] {
  const attempts = record?.attempts ?? [];
  return attempts.map(({ provider, outcome, failure }) =>
    failure === undefined ? `${provider} ${outcome}` : `${provider} ${outcome} ${failure.code}`,
  );
}
