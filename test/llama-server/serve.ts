/**
 * Starts a llama-server as one of the recordings had it, so that it can be recorded again:
 *
 *   MILLRACE_LLAMA_SERVER=/path/to/llama-server node test/llama-server/serve.ts chat
 *
 * It prints its URL and runs until it is interrupted.
 */
import { once } from "node:events";
import { isServerKind, SERVER_KINDS, startLlamaServer } from "./live-server.ts";

const binary = process.env["MILLRACE_LLAMA_SERVER"];
const [kind] = process.argv.slice(2);
if (!binary || !isServerKind(kind)) {
  const kinds = SERVER_KINDS.map((name) => JSON.stringify(name)).join(" | ");
  process.stderr.write(`Usage: MILLRACE_LLAMA_SERVER=FILE node test/llama-server/serve.ts ${kinds}\n`);
  process.exit(2);
}

const server = await startLlamaServer(binary, kind);
process.stdout.write(`${server.url}\n`);
await Promise.race(["SIGINT", "SIGTERM"].map((signal) => once(process, signal)));
await server.stop();
