import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type MillraceProcess, type MillraceOptions, startMillrace } from "../harness/millrace-process.ts";
import { freePort, type LiveServer, startLlamaServer } from "./live-server.ts";
import { scriptedModel } from "./scripted-model.ts";

const SLOTS = 2;
const SAYS_JSON = "<|say:json|>";
/** An answer that takes long enough to be looked at meanwhile. */
const GOES_ON = "<|say:loop|>";

interface Message {
  readonly role: string;
  readonly content: string;
}

interface Answer {
  readonly status: number;
  readonly target: string;
  readonly attempts: string;
  readonly message: Message;
  readonly cached: number;
}

interface Candidate {
  readonly slots?: number;
  readonly in_flight: number;
  readonly server_in_flight: number;
  readonly waiting: number;
}

/** What the whole gateway makes of llama-servers that run. */
export function checkFleet(binary: string): void {
  checkTwoServers(binary);
  checkStarts(binary);
}

function checkTwoServers(binary: string): void {
  describe("two llama-servers that run behind one gateway", () => {
    let servers: readonly LiveServer[];
    let gateway: MillraceProcess;
    beforeAll(async () => {
      servers = await Promise.all([startLlamaServer(binary, "chat"), startLlamaServer(binary, "chat")]);
      const [left, right] = servers.map(({ url }) => `{ profile: llama.cpp, base_url: "${url}" }`);
      gateway = await startMillrace({
        config: `providers: { left: ${left}, right: ${right} }\nmodels: { fast: [[left/tiny, right/tiny]] }\nprobe_interval: 100ms\n`,
      });
    });
    afterAll(async () => {
      expect(await gateway.stop()).toBe(0);
      await Promise.all(servers.map((server) => server.stop()));
    });

    test("tell how many they serve at once", async ({ signal }) => {
      await until(gateway, signal, (candidates) => candidates.every(({ slots }) => slots === SLOTS));
    });

    test("keep their conversations, and read of each turn only what is new", async () => {
      const about = (talk: number): Message => ({
        role: "system",
        content: `You are helper ${talk}. ${"Be kind and brief. ".repeat(20)}`,
      });
      const talks = await Promise.all([1, 2, 3, 4].map((talk) => turnsOf(gateway, [about(talk)], 4)));
      for (const turns of talks) {
        expect(new Set(turns.map(({ target }) => target)).size).toBe(1);
        expect(turns.slice(1).every(({ cached }) => cached > 300)).toBe(true);
      }
    });

    test("are sent no more than that, and the rest waits in line and is answered", async ({ signal }) => {
      const long = Array.from({ length: 2 * SLOTS }, (_, at) => ask(gateway, [user(`${at} ${GOES_ON}`)], 1000));
      await until(gateway, signal, (candidates) => sum(candidates, "in_flight") === 2 * SLOTS);
      const short = Array.from({ length: 6 }, (_, at) => ask(gateway, [user(`${at} ${SAYS_JSON}`)]));
      await until(gateway, signal, (candidates) => candidates.every(({ waiting }) => waiting === 6));
      const answers = await Promise.all([...long, ...short]);
      expect(answers.map(({ status, attempts }) => [status, attempts])).toEqual(answers.map(() => [200, "1"]));
      await until(gateway, signal, (candidates) => sum(candidates, "server_in_flight") === 0);
    });
  });
}

function checkStarts(binary: string): void {
  describe("a llama-server that starts", () => {
    test("later than the requests for it is waited for by all of them", async () => {
      const port = await freePort();
      const gateway = await started({
        config: `providers: { desk: { profile: llama.cpp, base_url: "http://127.0.0.1:${port}" } }
models: { fast: [desk/tiny] }
start_wait: { absent: 15s }
`,
      });
      const answers = Array.from({ length: 4 }, (_, at) => ask(gateway, [user(`${at} ${SAYS_JSON}`)]));
      const server = await startLlamaServer(binary, "chat", port);
      onTestFinished(() => server.stop());
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    });

    test("because a request needs it, answers that request, and ends with the gateway", async () => {
      const folder = await mkdtemp(join(tmpdir(), "millrace-llama-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const model = join(folder, "tiny.gguf");
      await writeFile(model, scriptedModel({ name: "tiny", contextLength: 4096 }));
      const command = [binary, "--model", model, "--alias", "tiny", "--ctx-size", "4096", "--parallel", `${SLOTS}`];
      const gateway = await started({
        config: `providers:
  desk: { profile: llama.cpp, command: ${JSON.stringify([...command, "--port", "{port}", "--offline"])}, models: [tiny] }
models: { fast: [desk/tiny] }
`,
        env: { LD_LIBRARY_PATH: process.env["LD_LIBRARY_PATH"] ?? "" },
      });
      const answers = await Promise.all([1, 2, 3].map((at) => ask(gateway, [user(`${at} ${SAYS_JSON}`)])));
      expect(answers.map(({ status, target }) => [status, target])).toEqual(answers.map(() => [200, "desk/tiny"]));
      expect(gateway.output().match(/ server_state server=desk state=starting /g)).toHaveLength(1);
      expect(await gateway.stop()).toBe(0);
      expect(gateway.output()).toMatch(/ server_state server=desk state=stopped /);
    });
  });
}

async function started(options: MillraceOptions): Promise<MillraceProcess> {
  const gateway = await startMillrace(options);
  onTestFinished(async () => void (await gateway.stop()));
  return gateway;
}

const user = (content: string): Message => ({ role: "user", content });

/** One turn after the other, each with all that was said before. */
async function turnsOf(gateway: MillraceProcess, begin: readonly Message[], count: number): Promise<readonly Answer[]> {
  const turns: Answer[] = [];
  let messages = begin;
  while (turns.length < count) {
    messages = [...messages, user(SAYS_JSON)];
    const answer = await ask(gateway, messages);
    messages = [...messages, answer.message];
    turns.push(answer);
  }
  return turns;
}

async function ask(gateway: MillraceProcess, messages: readonly Message[], maxTokens = 100): Promise<Answer> {
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "fast", messages, max_tokens: maxTokens }),
  });
  const { choices, usage } = (await reply.json()) as {
    readonly choices?: readonly { readonly message: Message }[];
    readonly usage?: { readonly prompt_tokens_details?: { readonly cached_tokens: number } };
  };
  return {
    status: reply.status,
    target: reply.headers.get("x-millrace-target") ?? "",
    attempts: reply.headers.get("x-millrace-attempts") ?? "",
    message: choices?.[0]?.message ?? { role: "assistant", content: "" },
    cached: usage?.prompt_tokens_details?.cached_tokens ?? 0,
  };
}

/** Resolves once the gateway sees its targets so; else the test's own limit, through its signal, ends the asking. */
async function until(
  gateway: MillraceProcess,
  signal: AbortSignal,
  isSo: (candidates: readonly Candidate[]) => boolean,
): Promise<void> {
  const body = JSON.stringify({ model: "fast", messages: [user("hi")] });
  for (;;) {
    const reply = await fetch(`${gateway.url}/v1/route`, { method: "POST", body, signal });
    const { candidates } = (await reply.json()) as { readonly candidates: readonly Candidate[] };
    if (isSo(candidates)) return;
  }
}

function sum(candidates: readonly Candidate[], field: "in_flight" | "server_in_flight"): number {
  return candidates.reduce((total, candidate) => total + candidate[field], 0);
}
