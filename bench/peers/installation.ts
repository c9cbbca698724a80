import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Peer, Recipe } from "./peer.ts";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/millrace-peers/", import.meta.url));
/** Written last, with the recipe in it: what has none is half an installation, and another recipe is done anew. */
const MARKER = "installed.json";
const STEP_MS = 15 * 60_000;

/** Installs a peer where that has not been done yet: the folder it is in. Fails with the reason in one line. */
export async function install({ name, title, version, recipe }: Peer): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`);
  const done = JSON.stringify(recipe);
  if (contentOf(join(folder, MARKER)) === done) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(recipe.files)) writeFileSync(join(folder, file), content);
  for (const step of recipe.steps) {
    process.stderr.write(`${title}: ${step.join(" ")}\n`);
    await carryOut(step, folder, recipe);
  }
  writeFileSync(join(folder, MARKER), done);
  return folder;
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function carryOut([command = "", ...args]: readonly string[], cwd: string, { env }: Recipe): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: STEP_MS,
    });
    let printed = "";
    const keep = (bytes: Buffer): void => {
      printed += bytes.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(reasonIn(printed) ?? `${command} ended with ${code ?? signal}`));
    });
  });
}

const FAILURE = /^(?:npm (?:error|ERR!)|ERROR:|error:|go: |.*: error: |.*: [45]\d\d )/i;
/** Lines that look like a failure and name none. */
const NO_REASON = /^(?:npm (?:error|ERR!) code|go: (?:downloading|finding|added|upgraded)|ERROR: Ignored)/i;

/** The first line of an installer's output that says why it failed, without addresses. */
export function reasonIn(printed: string): string | undefined {
  const lines = printed
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const reason = lines.find((line) => FAILURE.test(line) && !NO_REASON.test(line)) ?? lines.at(-1);
  return reason
    ?.replaceAll(/https?:\/\/[^\s:]+(?::\d+[^\s:]*)?/g, "the registry")
    .replace(/ \(from versions: .*/, "")
    .slice(0, 240);
}
