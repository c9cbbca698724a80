import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { clientFolder } from "../install.ts";
import { type CommandResult, runIsolated } from "../isolation.ts";
import { onStage, type Stage, type StageOptions } from "../stage.ts";
import { MODEL } from "../upstream/dialect.ts";
import type { LoggedRequest } from "../upstream/scripted-upstream.ts";
import type { Agent, AgentSetup } from "./agent.ts";

/** What one run of an agent left to be judged. */
export interface AgentRun {
  readonly result: CommandResult;
  readonly upstream: readonly LoggedRequest[];
  /** The first lines of the client's requests. */
  readonly requestLines: readonly string[];
  readonly transcript: string;
  readonly gatewayOutput: string;
}

/** Runs an agent through a gateway of its own against an upstream of its own. */
export function runAgent(agent: Agent, options: StageOptions & { readonly timeoutMs: number }): Promise<AgentRun> {
  return onStage(options, async ({ home, tap, upstream, gatewayOutput }: Stage) => {
    const setup = agent.setup({ gateway: tap.url, model: MODEL, home });
    await writeFiles(home, setup);
    const result = await runCommands(agent, setup, home, options.timeoutMs);
    return {
      result,
      upstream,
      requestLines: tap.requestLines(),
      transcript: tap.transcript(),
      gatewayOutput: gatewayOutput(),
    };
  });
}

async function writeFiles(home: string, { files = {} }: AgentSetup): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), content);
  }
}

async function runCommands(agent: Agent, setup: AgentSetup, home: string, timeoutMs: number): Promise<CommandResult> {
  const program = join(clientFolder(agent.client), "node_modules", ".bin", agent.program);
  let result: CommandResult | undefined;
  for (const args of setup.commands) {
    result = await runIsolated({
      argv: [program, ...args],
      cwd: join(home, "work"),
      home,
      env: setup.env ?? {},
      timeoutMs,
    });
    if (result.exitCode !== 0) return result;
  }
  if (result === undefined) throw new Error(`${agent.client} has no command`);
  return result;
}
