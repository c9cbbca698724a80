import type { Running, Subject } from "../subjects.ts";
import type { Address, Upstreams } from "../upstreams.ts";
import type { Workload } from "../workloads.ts";

/** What came of asking a peer the question of each load once. */
export interface Probe {
  /** The names of the loads that it answered as the upstream did. */
  readonly answered: readonly string[];
  readonly failed: readonly { readonly workload: Workload; readonly reason: string }[];
}

/** The longest that an answer may take, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Asks fresh processes of a peer the question of each load. Fails where the peer does not start. */
export async function probe(subject: Subject, upstreams: Upstreams, workloads: readonly Workload[]): Promise<Probe> {
  const plain = workloads.filter(({ secure }) => !secure);
  const secure = workloads.filter(({ secure: tls }) => tls);
  const wrongs = new Map([
    ...(await askAll(subject, upstreams.plain, plain)),
    ...(await askAll(subject, upstreams.secure, secure)),
  ]);
  return {
    answered: workloads.flatMap((workload) => (wrongs.get(workload) === undefined ? [workload.name] : [])),
    failed: workloads.flatMap((workload) => {
      const reason = wrongs.get(workload);
      return reason === undefined ? [] : [{ workload, reason }];
    }),
  };
}

/** What is wrong with the answer to each; nothing where it is right. */
async function askAll(
  subject: Subject,
  { port, authority }: Address,
  workloads: readonly Workload[],
): Promise<[Workload, string | undefined][]> {
  if (workloads.length === 0) return [];
  const running = await subject.start(port, authority);
  try {
    const wrongs: [Workload, string | undefined][] = [];
    for (const workload of workloads) wrongs.push([workload, await ask(running, subject, workload)]);
    return wrongs;
  } finally {
    await running.stop();
  }
}

async function ask(running: Running, { headers }: Subject, { path, body }: Workload): Promise<string | undefined> {
  try {
    const reply = await fetch(`http://127.0.0.1:${running.port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers, ...running.headers },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await reply.text();
    return reply.status === 200 ? wrongIn(path, body, text) : `status ${reply.status}: ${text.slice(0, 160)}`;
  } catch (error) {
    return String(error);
  }
}

/** What is wrong with an answer of the mock upstream that came through a peer. */
export function wrongIn(path: string, question: string, text: string): string | undefined {
  const chunks = /"model":"[^"]*\/sse-(\d+)-/.exec(question)?.[1];
  if (chunks !== undefined) return wrongInStream(Number(chunks), text);
  const { data, choices, usage } = JSON.parse(text) as Answer;
  if (path.endsWith("/embeddings")) return data?.length === 96 ? undefined : "not 96 embeddings";
  if (!choices?.[0]?.message?.content?.startsWith("The quick brown fox.")) return "not the model's text";
  return usage?.total_tokens === 562 ? undefined : "no usage";
}

interface Answer {
  readonly data?: readonly unknown[] | null;
  readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
  readonly usage?: { readonly total_tokens?: number } | null;
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly total_tokens?: number } | null;
}

function wrongInStream(expected: number, text: string): string | undefined {
  const events = text.split("\n").flatMap((line) => (line.startsWith("data: ") ? [line.slice("data: ".length)] : []));
  if (events.at(-1) !== "[DONE]") return "the stream does not end with [DONE]";
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as Chunk);
  const words = chunks.filter(({ choices }) => choices?.[0]?.delta?.content === " brown").length;
  if (words !== expected) return `${words} chunks instead of ${expected}`;
  if (!chunks.some(({ choices }) => choices?.[0]?.finish_reason === "stop")) return "no finish reason";
  return chunks.some(({ usage }) => usage?.total_tokens === 612) ? undefined : "no usage";
}
