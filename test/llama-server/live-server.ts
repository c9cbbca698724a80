import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { scriptedModel } from "./scripted-model.ts";

/** How a llama-server is started, as each was when it was recorded. */
export type ServerKind = keyof typeof ARGUMENTS;

/** A llama-server that runs, with a scripted model of its own. */
export interface LiveServer {
  readonly url: string;
  /** Ends it, and takes its folder away. */
  stop(): Promise<void>;
}

const ARGUMENTS = {
  /** Two conversations of 2048 tokens. */
  chat: "--model tiny.gguf --alias tiny --ctx-size 4096 --parallel 2",
  embeddings:
    "--model tiny.gguf --alias tiny-embed --ctx-size 2048 --embeddings --pooling mean --batch-size 64 --ubatch-size 64 --api-key sk-test",
  /** Two conversations that share 256 tokens, so that they run out in the middle. */
  "shared cache": "--model tiny.gguf --alias tiny --ctx-size 256 --parallel 2 --kv-unified",
  /** One conversation whose endless answer takes minutes. */
  endless: "--model tiny.gguf --alias tiny --ctx-size 262144 --parallel 1 --slots",
  router: "--models-dir models --models-max 1 --ctx-size 2048",
} as const;

export const SERVER_KINDS: readonly string[] = Object.keys(ARGUMENTS);

export function isServerKind(name: string | undefined): name is ServerKind {
  return name !== undefined && SERVER_KINDS.includes(name);
}

/** Tokens the model says it was trained on; more than that no server gives a conversation. */
const CONTEXT_LENGTH: Readonly<Record<ServerKind, number>> = {
  chat: 4096,
  embeddings: 4096,
  "shared cache": 4096,
  endless: 262_144,
  router: 4096,
};

/** Between two looks at a server that does not answer yet, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** How long a server has to end by itself: one that is busy does not, and a router ends its own servers first. */
const STOP_MS = 3_000;

/** Starts the binary, on a free port unless one is given, and resolves once its model is loaded. */
export async function startLlamaServer(binary: string, kind: ServerKind, givenPort?: number): Promise<LiveServer> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-llama-"));
  await writeModels(folder, kind);
  const port = givenPort ?? (await freePort());
  const place = `--host 127.0.0.1 --port ${port} --offline --threads 1`;
  const child = spawn(binary, `${ARGUMENTS[kind]} ${place}`.split(" "), {
    cwd: folder,
    // Nothing that this machine sets for a llama-server of its own.
    env: { PATH: process.env["PATH"] ?? "", LD_LIBRARY_PATH: process.env["LD_LIBRARY_PATH"], HOME: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const output of [child.stdout, child.stderr])
    output.on("data", (bytes: Buffer) => (printed += bytes.toString()));
  const ended = endOf(child);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const forced = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(forced);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const over = new AbortController();
  void ended.then(() => over.abort());
  const whyNot = await Promise.race([ended, ready(url, over.signal)]);
  if (whyNot === undefined) return { url, stop };
  await stop();
  throw new Error(`${binary} ${whyNot} before it was ready:\n${printed}`);
}

async function writeModels(folder: string, kind: ServerKind): Promise<void> {
  await mkdir(join(folder, "models"));
  const files = kind === "router" ? ["models/tiny-a.gguf", "models/tiny-b.gguf"] : ["tiny.gguf"];
  const model = scriptedModel({ name: "tiny", contextLength: CONTEXT_LENGTH[kind] });
  for (const file of files) await writeFile(join(folder, file), model);
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves with how it ended, or could not begin. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(`could not be started (${error.message})`));
    child.on("close", (code) => resolve(`ended with code ${code}`));
  });
}

/** Resolves once it answers; or, of no interest to anyone by then, once it is over. */
async function ready(url: string, over: AbortSignal): Promise<undefined> {
  while (!over.aborted) {
    const status = await fetch(`${url}/health`).then(
      (reply) => reply.status,
      () => undefined,
    );
    if (status === 200) return;
    await delay(LOOK_EVERY_MS);
  }
}
