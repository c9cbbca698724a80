/** One kind of load: what is asked, and how often at once. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  /** Answers per second; 0 is as fast as they come. */
  readonly rate: number;
  readonly roundMs: number;
  /** What a figure is quoted for: an answer, or one of the events in it. */
  readonly unit: "request" | "chunk";
  readonly chunksPerAnswer: number;
  /** The most that millrace may cost, as a multiple of the bare relay. */
  readonly must?: number;
  readonly aim?: number;
}

const PROMPT = "Compare the two drafts and say which of them a careful editor would keep, and why. ";

/** A conversation of 15 messages, padded to about this many bytes. */
function chat(model: string, bytes: number, more: object = {}): string {
  const turns = 15;
  const each = Math.max(1, Math.round(bytes / turns) - 45);
  const text = PROMPT.repeat(Math.ceil(each / PROMPT.length)).slice(0, each);
  const messages = Array.from({ length: turns }, (_, turn) => ({
    role: turn === 0 ? "system" : turn % 2 === 1 ? "user" : "assistant",
    content: text,
  }));
  return JSON.stringify({ model: `mock/${model}`, messages, temperature: 0.7, ...more });
}

const streamed = (model: string): string =>
  chat(model, 2000, { stream: true, stream_options: { include_usage: true } });

const common = { path: "/v1/chat/completions", rate: 0, roundMs: 600, unit: "request", chunksPerAnswer: 1 } as const;

/** In the order of the table. */
export const WORKLOADS: readonly Workload[] = [
  {
    ...common,
    name: "json-2k",
    title: "JSON, 2 KB request",
    body: chat("json", 2000),
    connections: 32,
    must: 1.5,
    aim: 1.25,
  },
  {
    ...common,
    name: "json-200k",
    title: "JSON, 200 KB request",
    body: chat("json", 200_000),
    connections: 8,
    must: 2,
    aim: 1.3,
  },
  {
    ...common,
    name: "json-rate",
    title: "JSON, 2 KB, 1,000 requests/s",
    body: chat("json", 2000),
    connections: 32,
    rate: 1000,
  },
  {
    ...common,
    name: "sse-rate",
    title: "SSE, 100 streams of 200 chunks/s",
    body: streamed("sse-200-5"),
    connections: 100,
    roundMs: 2000,
    unit: "chunk",
    chunksPerAnswer: 203,
    must: 1.15,
    aim: 1,
  },
  {
    ...common,
    name: "sse-flat",
    title: "SSE, 200 chunks flat out, 16 streams",
    body: streamed("sse-200-0"),
    connections: 16,
    unit: "chunk",
    chunksPerAnswer: 203,
  },
  {
    ...common,
    name: "embeddings",
    title: "Embeddings, 96 inputs",
    path: "/v1/embeddings",
    body: JSON.stringify({
      model: "mock/embed",
      input: Array.from({ length: 96 }, (_, at) => `${at} ${PROMPT}`),
      encoding_format: "base64",
    }),
    connections: 8,
  },
];
