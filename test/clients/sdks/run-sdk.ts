import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { clientFolder } from "../install.ts";
import { type CommandResult, runIsolated } from "../isolation.ts";
import { onStage, type StageOptions } from "../stage.ts";
import { MODEL } from "../upstream/dialect.ts";
import type { Sdk } from "./sdks.ts";

const TIMEOUT_MS = 60_000;

export interface SdkRun {
  readonly problems: readonly string[];
  readonly requests: number;
  readonly seconds: number;
  readonly transcript: string;
  readonly result: CommandResult;
}

/** Runs an SDK's script, in a process of its own, through a gateway of its own. */
export async function runSdk(sdk: Sdk, options: StageOptions): Promise<SdkRun> {
  // Packages are found from where the importing file is.
  const loader = join(clientFolder(sdk.client), "load.mjs");
  await writeFile(loader, "export const load = (name) => import(name);\n");
  return onStage(options, async ({ home, tap }) => {
    const result = await runIsolated({
      argv: [process.execPath, fileURLToPath(new URL(`${sdk.script}.ts`, import.meta.url))],
      cwd: join(home, "work"),
      home,
      env: {
        SDK_LOADER: loader,
        SDK_GATEWAY: tap.url,
        SDK_MODEL: MODEL,
        SDK_WIRE: sdk.wire,
        SDK_UPSTREAM: options.upstream,
      },
      timeoutMs: TIMEOUT_MS,
    });
    return {
      result,
      problems: problemsOf(result),
      requests: tap.requestLines().length,
      seconds: result.seconds,
      transcript: tap.transcript(),
    };
  });
}

function problemsOf({ timedOut, exitCode, stdout, stderr }: CommandResult): string[] {
  if (timedOut) return ["had not ended in time"];
  const failures = stdout.split("\n").filter((line) => line.startsWith("FAILED "));
  if (failures.length > 0) return failures.map((line) => line.slice("FAILED ".length));
  return exitCode === 0 && /^\d+ facts hold$/m.test(stdout) ? [] : [`exit code ${exitCode}: ${stderr.slice(0, 500)}`];
}
