// Finds or installs what the commands run on: dependencies, Node, npm. Plain JavaScript without dependencies,
// since it runs before anything is installed, on whichever Node started it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = [22, 19];

/** A failure that the user is told about in one sentence, without a stack. */
export class UserError extends Error {}

/** @param {string[]} segments @returns {string} */
export function fromRoot(...segments) {
  return join(root, ...segments);
}

/**
 * Runs `npm ci` where it is needed: `node_modules` is missing, or was installed from another lock.
 *
 * @param {string} folder of a package.json and its package-lock.json
 * @returns {void}
 */
export function ensureInstalled(folder) {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const digest = createHash("sha256").update(lock).digest("hex");
  const stamp = join(folder, "node_modules", ".millrace-lock-sha256");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  if (!matchesInstalled(lock, folder)) {
    const reason = existsSync(join(folder, "node_modules")) ? "package-lock.json changed" : "first run";
    process.stderr.write(`Installing dependencies (${reason})…\n`);
    runNpmCi(folder);
  }
  writeFileSync(stamp, digest);
}

/**
 * Whether an `npm install` or `npm ci` done by hand has left what the lock asks for.
 *
 * @param {string} lock
 * @param {string} folder
 * @returns {boolean}
 */
function matchesInstalled(lock, folder) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const found = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(JSON.parse(lock).packages).every(([path, wanted]) => {
    if (path === "") return true;
    const has = found[path];
    // What is optional may be for another platform.
    if (has === undefined) return wanted.optional === true || wanted.devOptional === true;
    return has.version === wanted.version && has.integrity === wanted.integrity;
  });
}

/** @param {string} folder @returns {void} */
function runNpmCi(folder) {
  // Every dependency group, whatever NODE_ENV says: the commands need the tools. No install scripts: none is needed.
  const flags = ["ci", "--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
  // At this level npm hides that it itself runs on an older Node than some dependencies ask for; they run on ours.
  const [command = "npm", ...args] = npmCommand(...flags, "--loglevel=error");
  const result = spawnSync(command, args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  const why = result.error ? result.error.message : `npm ci exited with ${result.status ?? result.signal}`;
  throw new UserError(
    `Installing dependencies failed (${why}). Check the network and the npm registry, then try again.`,
  );
}

/** The npm that started us, else the one on PATH. @param {string[]} args @returns {string[]} */
export function npmCommand(...args) {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  // The Node that npm runs on, not ours: ours may be in the node_modules that npm is about to replace.
  return npm?.endsWith("npm-cli.js") && node ? [node, npm, ...args] : ["npm", ...args];
}

/**
 * The Node to work on: the one the workspace pins where it has one for this platform, else the one running.
 *
 * @returns {string}
 */
export function findNode() {
  const packaged = fromRoot("node_modules", ".bin", "node");
  if (existsSync(packaged)) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return process.execPath;
  throw new UserError(`Node ${oldestNode.join(".")} or later is needed; this one is ${process.version}.`);
}

/**
 * Runs a program on a Node to its end, passing our signals on.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {Record<string, string>} [env] set in addition
 * @returns {Promise<number>} its exit code
 */
export function run(node, args, env = {}) {
  // First on PATH too, for what the program starts itself.
  const path = [dirname(node), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(node, args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path, ...env } });
  // A terminal sends Ctrl-C and its hang-up to the child as well; passed on, they would arrive twice.
  /** @type {NodeJS.Signals[]} */
  const fromTerminal = ["SIGINT", "SIGHUP"];
  for (const signal of fromTerminal) process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new UserError(`${node} could not be started: ${error.message}`)));
    child.on("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}
