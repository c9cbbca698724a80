import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmCommand } from "../../scripts/toolchain.mjs";
import { type ClientId, type ClientPackages, clientPackages } from "./packages.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where the clients are kept between runs. */
export const CACHE: string = process.env["MILLRACE_CLIENTS_CACHE"] ?? join(ROOT, "node_modules", ".cache", "clients");

/** The folder that holds one client's `node_modules`. */
export function clientFolder(id: ClientId): string {
  return join(CACHE, id);
}

/** The client's main package and its version, as reports name it. */
export function clientVersion(id: ClientId): string {
  return Object.values(clientPackages[id].packages)[0] ?? "";
}

/** Installs what is not there yet, or is there at other versions. Only the first use of a client needs the network. */
export async function ensureClient(id: ClientId): Promise<void> {
  const client: ClientPackages = clientPackages[id];
  const folder = clientFolder(id);
  const stamp = join(folder, ".installed.json");
  const wanted = JSON.stringify(client);
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;
  process.stderr.write(`Installing ${id}…\n`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: client.packages }));
  const flags = ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  await runToEnd(npmCommand(...flags), folder);
  const [name = ""] = Object.keys(client.packages);
  if (client.prepare !== undefined) {
    const packageFolder = join(folder, "node_modules", name);
    await runToEnd([process.execPath, join(packageFolder, client.prepare)], packageFolder);
  }
  await writeFile(stamp, wanted);
}

async function runToEnd([command = "", ...args]: readonly string[], cwd: string): Promise<void> {
  const PATH = `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
  const child = spawn(command, args, { cwd, env: { ...process.env, PATH }, stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${code}:\n${complaint}`);
}
