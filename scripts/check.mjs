// Everything that can be checked without running the code: `npm run check`, or some of it: `npm run check -- lint types`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromRoot, npmCommand } from "./toolchain.mjs";

const layers = fromRoot(
  "scripts",
  "dependency-cruiser",
  "node_modules",
  "dependency-cruiser",
  "bin",
  "dependency-cruiser.mjs",
);

/** @type {Record<string, () => Result>} */
const checks = {
  format: () => node(bin("oxfmt", "bin", "oxfmt"), "--check"),
  lint: () => node(bin("oxlint", "bin", "oxlint")),
  types: () => node(bin("typescript", "bin", "tsc"), "-b"),
  layers: () => node(layers, "--config", ".dependency-cruiser.mjs", "packages/millrace/src"),
  unused: () => node(bin("knip", "bin", "knip.js")),
  package: checkPackage,
};

/** @typedef {{ ok: boolean, output: string }} Result */

/** @param {string[]} path @returns {string} */
function bin(...path) {
  return fromRoot("node_modules", ...path);
}

/** @param {string[]} args @returns {Result} */
function node(...args) {
  return execute(process.execPath, args);
}

/** @param {string} command @param {string[]} args @returns {Result} */
function execute(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: fromRoot(), encoding: "utf8" });
  return { ok: status === 0, output: `${stdout ?? ""}${stderr ?? ""}${error ? `${error.message}\n` : ""}` };
}

/** Checks the tarball that would be published, not the folder. @returns {Result} */
function checkPackage() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-pack-"));
  try {
    const [npm = "npm", ...args] = npmCommand(
      "pack",
      "--workspace=millrace",
      "--loglevel=error",
      `--pack-destination=${folder}`,
    );
    const packed = execute(npm, args);
    const [tarball] = readdirSync(folder);
    if (!packed.ok || !tarball) return { ok: false, output: packed.output };
    const results = [
      node(bin("publint", "src", "cli.js"), "--strict", join(folder, tarball)),
      node(bin("@arethetypeswrong", "cli", "dist", "index.js"), "--profile", "esm-only", join(folder, tarball)),
    ];
    return { ok: results.every(({ ok }) => ok), output: results.map(({ output }) => output).join("\n") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  process.stderr.write(`No such check: ${unknown.join(", ")}. There are ${Object.keys(checks).join(", ")}.\n`);
  process.exit(2);
}

const failed = [];
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const start = performance.now();
  const { ok, output } = check();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${ok ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
  if (ok) continue;
  failed.push(name);
  process.stdout.write(`${output.trimEnd()}\n\n`);
}
if (failed.length > 0) process.stdout.write(`Failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
