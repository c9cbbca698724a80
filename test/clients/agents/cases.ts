import { type Fault, UPSTREAMS, type UpstreamId } from "../upstream/dialect.ts";
import { dialects } from "../upstream/scripted-upstream.ts";
import type { Agent } from "./agent.ts";
import { agents } from "./agents.ts";

/** One run to be made. */
export interface AgentCase {
  readonly agent: Agent;
  readonly upstream: UpstreamId;
  readonly fault?: { readonly name: string; readonly fault: Fault };
}

/** Every agent against every upstream, and with the faults of the upstreams that matter most to it. */
export function agentCases(): AgentCase[] {
  return agents.flatMap((agent) => [
    ...UPSTREAMS.map((upstream) => ({ agent, upstream })),
    ...(agent.variant === undefined ? allFaultCases(agent) : []),
  ]);
}

function allFaultCases(agent: Agent): AgentCase[] {
  return [
    ...faultCases(agent, agent.wire),
    ...faultCases(agent, agent.wire === "chat" ? "messages" : "chat", TRANSLATED_FAULTS),
  ];
}

/** Through a translation all that is lost looks alike to the client, and what is harmless does not reach it. */
const TRANSLATED_FAULTS: readonly string[] = ["error mid-stream", "cut"];

function faultCases(agent: Agent, upstream: UpstreamId, wanted?: readonly string[]): AgentCase[] {
  return Object.entries(dialects[upstream].faults)
    .filter(([name]) => wanted?.includes(name) ?? true)
    .map(([name, fault]) => ({ agent, upstream, fault: { name, fault } }));
}
