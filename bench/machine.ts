import { cpus, totalmem } from "node:os";

/** What a figure was measured on. */
export function machine(): string {
  const gigabytes = Math.round(totalmem() / 1e9);
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} × ${model}, ${gigabytes} GB of memory`;
}
