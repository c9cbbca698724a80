// Builds packages/millrace: `tsc -b`, then removes outputs whose source is gone, which tsc leaves behind and
// which would be published.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fromRoot } from "./toolchain.mjs";

const project = fromRoot("packages", "millrace");
const tsc = fromRoot("node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "-b", project], { stdio: "inherit" });
process.exitCode = status ?? 1;

const dist = join(project, "dist");
for (const output of existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: "utf8" }) : []) {
  const source = output.replace(/(\.d\.ts|\.js)$/, ".ts");
  if (source !== output && !existsSync(join(project, "src", source))) rmSync(join(dist, output));
}
