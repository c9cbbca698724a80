import { agentCases } from "./agents/cases.ts";
import { problemsOf } from "./agents/judge.ts";
import { runAgent } from "./agents/run-agent.ts";
import { clientVersion } from "./install.ts";
import type { Options } from "./options.ts";
import { type CaseIdentity, type Result, resultName } from "./result.ts";
import { runSdk } from "./sdks/run-sdk.ts";
import { sdks } from "./sdks/sdks.ts";
import { UPSTREAMS } from "./upstream/dialect.ts";

/** What a run found, and everything that helps to see why. */
export interface Outcome extends Pick<Result, "problems" | "requests" | "seconds"> {
  readonly evidence: string;
}

/** One run of the suite. */
export interface Case {
  readonly identity: CaseIdentity;
  readonly run: (direct: boolean) => Promise<Outcome>;
}

const TIMEOUT_MS = 60_000;
/** Agents wait longer and longer between tries, and as long as an answer says that they should. */
const BROKEN_TIMEOUT_MS = 300_000;

/** The runs that the options leave. */
export function wantedCases(options: Options): Case[] {
  return [...sdkCases(), ...casesOfAgents()].filter(({ identity }) => {
    const { fault, upstream, wire } = identity;
    if (options.upstream !== undefined && upstream !== options.upstream) return false;
    if (options.direct && upstream !== wire) return false;
    if (options.fault !== undefined && fault !== options.fault) return false;
    if (fault === undefined ? options.faultsOnly : !options.faults) return false;
    return resultName(identity).startsWith(options.only);
  });
}

function sdkCases(): Case[] {
  return sdks.flatMap((sdk) =>
    UPSTREAMS.map((upstream): Case => ({
      identity: { client: sdk.client, version: clientVersion(sdk.client), wire: sdk.wire, upstream },
      run: async (direct) => {
        const { result, transcript, ...found } = await runSdk(sdk, { upstream, direct });
        return { ...found, evidence: [JSON.stringify(result, undefined, 1), transcript].join("\n") };
      },
    })),
  );
}

function casesOfAgents(): Case[] {
  return agentCases().map(({ agent, upstream, fault }) => ({
    identity: {
      client: agent.client,
      version: clientVersion(agent.client),
      wire: agent.wire,
      ...(agent.variant === undefined ? {} : { variant: agent.variant }),
      upstream,
      ...(fault === undefined ? {} : { fault: fault.name }),
    },
    run: async (direct) => {
      const expects = fault?.fault.expects ?? "passes";
      const timeoutMs = expects === "passes" ? TIMEOUT_MS : BROKEN_TIMEOUT_MS;
      const run = await runAgent(agent, { upstream, fault: fault?.fault, timeoutMs, direct });
      const { result, requestLines, transcript, gatewayOutput, upstream: log } = run;
      const evidence = [
        JSON.stringify(result, undefined, 1).replaceAll(String.raw`\n`, "\n"),
        gatewayOutput,
        JSON.stringify(log, undefined, 1),
        requestLines.join("\n"),
        transcript,
      ].join("\n");
      return { problems: problemsOf(run, expects), requests: requestLines.length, seconds: result.seconds, evidence };
    },
  }));
}
