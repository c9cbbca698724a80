/**
 * What one decision of the route stage costs with fifty candidates, under each strategy, in microseconds; and as a
 * ratio to reading a chat request of 2 KB as JSON in the same run.
 *
 *   npm run bench:routing
 */
import { Fleet } from "../packages/millrace/src/gateway/fleet/fleet.ts";
import { type Strategy, STRATEGY_NAMES } from "../packages/millrace/src/gateway/plan.ts";
import { AffinityIndex } from "../packages/millrace/src/gateway/routing/affinity-index.ts";
import { decideRoute } from "../packages/millrace/src/gateway/routing/decide.ts";
import { planOf } from "../packages/millrace/src/gateway/testing/plan.ts";
import { ScriptedProvider } from "../packages/millrace/src/gateway/testing/scripted-provider.ts";
import { systemClock } from "../packages/millrace/src/providers/transport/system-clock.ts";
import { median } from "./statistics.ts";

const CANDIDATES = 50;
const CONVERSATIONS = 1_000;
const ROUNDS = 15;
const DECISIONS = 5_000;

const providers = Array.from({ length: CANDIDATES }, (_, at) => new ScriptedProvider(`p${at}`));
const targets = providers.map((provider) => ({ provider, model: "m", weight: 1 }));
const fleet = usedFleet();
const affinity = new AffinityIndex();
for (let at = 0; at < CONVERSATIONS; at += 1) affinity.set("fast", `c${at}`, `p${at % CANDIDATES}/m`);
let turn = 0;

const body = JSON.stringify({ model: "fast", messages: [{ role: "user", content: "word ".repeat(400) }] });
const parseUs = microseconds(() => JSON.parse(body));
process.stdout.write(`${"JSON.parse of 2 KB".padEnd(32)}${parseUs.toFixed(2)} µs\n`);
for (const strategy of STRATEGY_NAMES) print(strategy, microseconds(decision(strategy, false)));
print("adaptive, known conversation", microseconds(decision("adaptive", true)));

function print(name: string, us: number): void {
  process.stdout.write(`${name.padEnd(32)}${us.toFixed(2)} µs  ${(us / parseUs).toFixed(1)} ×\n`);
}

/** Everybody has answered, and a third is being called. */
function usedFleet(): Fleet {
  const used = new Fleet({ clock: systemClock, random: Math.random });
  for (const target of targets) {
    for (let calls = 0; calls < 30; calls += 1) {
      const call = used.begin(target);
      call?.firstContent();
      call?.answered();
    }
  }
  for (const target of targets.filter((_, at) => at % 3 === 0)) used.begin(target);
  return used;
}

function decision(strategy: Strategy, hasAffinity: boolean): (at: number) => unknown {
  const route = {
    name: "fast",
    tiers: [targets],
    strategy,
    affinity: hasAffinity,
    onContextOverflow: [],
    onRefusal: [],
    hedge: false,
  };
  const plan = { ...planOf(providers), models: new Map([["fast", route]]) };
  const catalog = { listings: [], owners: () => [] };
  return (at) =>
    decideRoute(
      { model: "fast", operation: "chat-completions", ...(hasAffinity && { sessionKey: `c${at % CONVERSATIONS}` }) },
      plan,
      catalog,
      { fleet, affinity, nowMs: systemClock.now(), random: Math.random, turn: () => (turn += 1) },
    );
}

/** Of one call; the median of several rounds, the first of which warm up. */
function microseconds(act: (at: number) => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    for (let at = 0; at < DECISIONS; at += 1) act(at);
    rounds.push(((performance.now() - startedMs) * 1_000) / DECISIONS);
  }
  return median(rounds.slice(ROUNDS / 3));
}
