// Real SDKs and coding agents against the built gateway: `npm run test:clients -- --help`. Installs what is missing
// into a cache folder; only that needs the network.
import { ensureInstalled, findNode, fromRoot, run, UserError } from "./toolchain.mjs";

try {
  ensureInstalled(fromRoot());
  const node = findNode();
  const failed = await run(node, [fromRoot("scripts", "build.mjs")]);
  process.exitCode = failed || (await run(node, [fromRoot("test", "clients", "main.ts"), ...process.argv.slice(2)]));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
