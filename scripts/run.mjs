// The commands of the workspace: `node scripts/run.mjs COMMAND [arguments]`, in package.json as npm scripts.
// Each installs and builds what it needs first, says nothing about it when that is up to date, and runs on the
// pinned Node, whichever Node is on PATH.
import { existsSync } from "node:fs";
import { ensureInstalled, findNode, fromRoot, run, UserError } from "./toolchain.mjs";

const gateway = fromRoot("packages", "millrace", "dist", "server", "cli", "main.js");
const vitest = fromRoot("node_modules", "vitest", "vitest.mjs");

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: async (args) => (await build()) || run(findNode(), [gateway, "serve", ...args]),
  build,
  test: async (args) => (await build()) || run(findNode(), [vitest, "run", ...args]),
  "test:long": async (args) => {
    process.env["MILLRACE_TEST_LONG"] = "1";
    return (await build()) || run(findNode(), [vitest, "run", ...args]);
  },
  "test:node22": async (args) => {
    ensureInstalled(fromRoot("test", "node-22"));
    const node22 = fromRoot("test", "node-22", "node_modules", ".bin", "node");
    if (!existsSync(node22))
      throw new UserError("There is no packaged Node 22 for this platform; run vitest on your own.");
    return (await build()) || run(node22, [vitest, "run", ...args]);
  },
  check: (args) => {
    ensureInstalled(fromRoot("scripts", "dependency-cruiser"));
    return run(findNode(), [fromRoot("scripts", "check.mjs"), ...args]);
  },
  format: (args) => run(findNode(), [fromRoot("node_modules", "oxfmt", "bin", "oxfmt"), ...args]),
  simulate: (args) => run(findNode(), [fromRoot("test", "fleet", "simulate.ts"), ...args]),
  bench: async ([name, ...args]) => {
    if (!name) throw new UserError("Usage: node scripts/run.mjs bench NAME [arguments]");
    return (await build()) || run(findNode(), [fromRoot("bench", `${name}.ts`), ...args]);
  },
};

/** @returns {Promise<number>} */
function build() {
  return run(findNode(), [fromRoot("scripts", "build.mjs")]);
}

try {
  const [name = "", ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UserError(`Usage: node scripts/run.mjs <${Object.keys(commands).join("|")}> [arguments]`);
  ensureInstalled(fromRoot());
  process.exitCode = await command(args);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
