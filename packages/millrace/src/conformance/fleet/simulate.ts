import { seeded, seedFor } from "./chance.ts";
import { Conversations, type LoadSpec, type Turn } from "./conversations.ts";
import { EventClock } from "./event-clock.ts";
import type { FleetFigures } from "./figures.ts";
import type { FleetSubject, OpenFleetSubject, Placement } from "./fleet-subject.ts";
import { HerdWatch } from "./herd-watch.ts";
import { type Ending, Observations } from "./observations.ts";
import { Passage, type PassageWatch } from "./passage.ts";
import type { ServerSpec } from "./server-spec.ts";
import { SimulatedServer } from "./server.ts";
import { startWritten, type WrittenRequest } from "./written-load.ts";

/** A fleet, and what is asked of it. */
export interface FleetScenario {
  readonly servers: readonly ServerSpec[];
  /** Conversations by chance, or requests that are written down. */
  readonly load: LoadSpec | readonly WrittenRequest[];
  /** Hears of everything that happens to requests. */
  readonly journal?: (entry: JournalEntry) => void;
}

/** What happened to a request. */
export interface JournalEntry {
  readonly atMs: number;
  readonly conversation: string;
  readonly what: "called" | "content" | Ending;
  /** Whoever is called. */
  readonly server?: string;
  /** Of its prompt, what the server had already. */
  readonly cachedTokens?: number;
}

/**
 * A server that had trouble counts as well again after this long, when the subject must know of it: longer than any
 * breaker stays open.
 */
const SETTLED_MS = 60_000;
/** Time for what still ticks when the last request is over. */
const REST_MS = 120_000;
const BYTES_LOOKED_AT_EVERY = 256;

/** Runs the whole load through the subject. The same scenario and subject give the same figures, on every machine. */
export async function simulate(open: OpenFleetSubject, scenario: FleetScenario): Promise<FleetFigures> {
  const run = new Run(open, scenario);
  await run.play();
  return run.figures;
}

class Run implements PassageWatch {
  readonly clock: EventClock = new EventClock();
  readonly #observed = new Observations();
  readonly #herd = new HerdWatch();
  readonly #servers: readonly SimulatedServer[];
  readonly #byName: ReadonlyMap<string, SimulatedServer>;
  readonly #calls = new Map<SimulatedServer, { calls: number; maxRunning: number }>();
  readonly #subject: FleetSubject;
  readonly #scenario: FleetScenario;
  readonly #requests: number;
  #conversations: Conversations | undefined;
  #arrived = 0;
  #open = 0;
  /** Walks that have no answer yet. */
  #waiting = 0;
  /** Other promises of the subject. */
  #underWay = 0;
  #endedMs = 0;
  #error: Error | undefined;

  constructor(open: OpenFleetSubject, scenario: FleetScenario) {
    const { load, servers } = scenario;
    const { requests, seed } = "seed" in load ? load : { requests: load.length, seed: 0 };
    this.#scenario = scenario;
    this.#requests = requests;
    this.#servers = servers.map((spec, at) => new SimulatedServer(spec, this.clock, seeded(seedFor(seed, -at - 2))));
    this.#byName = new Map(this.#servers.map((server) => [server.spec.name, server]));
    for (const server of this.#servers) {
      const { name, slots } = server.spec;
      this.#calls.set(server, { calls: 0, maxRunning: 0 });
      server.onRecovered = () => this.#herd.recovered(name, slots);
    }
    this.#subject = open({
      servers,
      clock: this.clock,
      random: seeded(seedFor(seed, -1)),
      look: (name) => this.#named(name).load,
      underWay: (work) => this.#await(work),
    });
  }

  async play(): Promise<void> {
    this.#startLoad();
    while (!this.#isOver) {
      const beforeMs = this.clock.now();
      const wasIdle = this.#waiting > 0 && this.#free(undefined) !== undefined;
      if (!this.clock.next()) break;
      if (wasIdle) this.#observed.idleMs += this.clock.now() - beforeMs;
      if (this.#waiting + this.#underWay > 0) await turnOver();
      if (this.#error !== undefined) throw this.#error;
    }
    this.#endedMs = this.clock.now();
    while (this.clock.now() < this.#endedMs + REST_MS && this.clock.next()) await turnOver();
  }

  get figures(): FleetFigures {
    const observed = this.#observed;
    const [waitP50Ms = 0, waitP99Ms = 0] = observed.quantiles(0.5, 0.99);
    return {
      requests: this.#arrived,
      conversations: this.#conversations?.begun ?? 0,
      ...observed.endings,
      calls: observed.calls,
      cachedShare: observed.promptTokens === 0 ? 0 : observed.cachedTokens / observed.promptTokens,
      waitP50Ms,
      waitP99Ms,
      answeredPerS: (1000 * observed.endings.answered) / this.#endedMs,
      keys: observed.keys,
      servers: this.#servers.map((server) => ({
        server: server.spec.name,
        calls: 0,
        maxRunning: 0,
        ...this.#calls.get(server),
        loads: server.loads,
      })),
      herd: this.#herd.figures,
      overSlots: observed.overSlots,
      idleShare: observed.idleMs / this.#endedMs,
      affinityBytesMax: observed.affinityBytesMax,
      atEnd: this.#subject.holdings(),
      simulatedMs: this.#endedMs,
    };
  }

  waiting(by: 1 | -1): void {
    this.#waiting += by;
  }

  serverOf({ server }: Placement): SimulatedServer {
    return this.#named(server);
  }

  calling({ conversation }: Turn, server: SimulatedServer): void {
    const observed = this.#observed;
    observed.calls += 1;
    this.#note(conversation, "called", { server: server.spec.name });
    if (!hasRoom(server) && this.#free(server) !== undefined) observed.overSlots += 1;
    this.#herd.called(server.spec.name, this.clock.now());
    const calls = this.#calls.get(server);
    if (calls === undefined) return;
    calls.calls += 1;
    calls.maxRunning = Math.max(calls.maxRunning, server.running + server.waiting + 1);
  }

  firstContent({ caller, conversation, promptTokens }: Turn, waitMs: number, cachedTokens: number): void {
    this.#note(conversation, "content", { cachedTokens });
    this.#observed.firstContent(caller.key, waitMs, promptTokens, cachedTokens);
  }

  ended({ conversation }: Turn, ending: Ending): void {
    this.#note(conversation, ending);
    this.#observed.endings[ending] += 1;
    this.#open -= 1;
  }

  broke(error: unknown): void {
    this.#error ??= error instanceof Error ? error : new Error(String(error));
  }

  #await(work: Promise<unknown>): void {
    this.#underWay += 1;
    const settled = (): void => {
      this.#underWay -= 1;
    };
    work.then(settled, settled);
  }

  #named(name: string): SimulatedServer {
    const server = this.#byName.get(name);
    if (server === undefined) throw new Error(`The subject named ${name}, which is no server of this fleet`);
    return server;
  }

  get #isOver(): boolean {
    return this.#open === 0 && this.#arrived >= this.#requests;
  }

  #startLoad(): void {
    const { load } = this.#scenario;
    const onTurn = (turn: Turn): void => this.#arrive(turn);
    if ("seed" in load) {
      this.#conversations = new Conversations(load, this.clock, onTurn);
      this.#conversations.start();
    } else {
      startWritten(load, this.clock, onTurn);
    }
  }

  #note(conversation: string, what: JournalEntry["what"], more?: Pick<JournalEntry, "cachedTokens" | "server">): void {
    this.#scenario.journal?.({ atMs: this.clock.now(), conversation, what, ...more });
  }

  #arrive(turn: Turn): void {
    const id = this.#arrived++;
    this.#open += 1;
    this.#observed.arrived(turn.caller.key);
    new Passage(turn, this).start(id, (request) => this.#subject.arrive(request));
    if (id % BYTES_LOOKED_AT_EVERY !== 0) return;
    const { affinityBytes } = this.#subject.holdings();
    this.#observed.affinityBytesMax = Math.max(this.#observed.affinityBytesMax, affinityBytes);
  }

  /** Another server that is well, as the subject must know by now, and has a free slot. */
  #free(but: SimulatedServer | undefined): SimulatedServer | undefined {
    const settledMs = this.clock.now() - SETTLED_MS;
    for (const server of this.#servers) {
      const isWell = server.trouble === undefined && server.troubledAtMs <= settledMs;
      if (server !== but && isWell && hasRoom(server)) return server;
    }
    return undefined;
  }
}

function hasRoom(server: SimulatedServer): boolean {
  return server.running + server.waiting < server.slots;
}

/** Lets every promise that is settled have its say. */
function turnOver(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
