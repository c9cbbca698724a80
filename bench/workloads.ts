/** One kind of load: what is asked, and how often at once. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  /**
   * `closed`: each connection asks again once it is answered, so that the subject is at its limit. `rate`: requests
   * are due at fixed times. `paced`: streams whose chunks come at a rate that leaves the subject idle time.
   */
  readonly pace: "closed" | "rate" | "paced";
  /** Answers per second, where the pace is a rate; else 0. */
  readonly rate: number;
  readonly roundMs: number;
  /** Over how long the connections of a round begin; a paced round has one answer on each. */
  readonly spreadMs: number;
  /** What a figure is quoted for: an answer, or one of the events in it. */
  readonly unit: "request" | "chunk";
  readonly unitsPerAnswer: number;
  readonly warmUp: WarmUp;
  /** The upstream speaks TLS. */
  readonly secure?: true;
  /** The most that millrace may cost, as a multiple of the bare relay. */
  readonly must?: number;
  readonly aim?: number;
}

/**
 * Asked before the first round, as fast as it is answered, until so many answers came: the compiler has to have seen
 * everything, and the cost of a request falls by half over the first 20,000. Slow subjects end earlier.
 */
export interface WarmUp {
  readonly body: string;
  readonly connections: number;
  readonly answers: number;
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
  return JSON.stringify({ model, messages, temperature: 0.7, ...more });
}

const streamed = (model: string): string =>
  chat(model, 2000, { stream: true, stream_options: { include_usage: true } });

const CHAT = "/v1/chat/completions";
/** The request that most figures are of. */
export const SMALL: string = chat("mock/json", 2000);
const LARGE = chat("mock/json", 200_000);
const INPUTS = JSON.stringify({
  model: "mock/embed",
  input: Array.from({ length: 96 }, (_, at) => `${at} ${PROMPT}`),
  encoding_format: "base64",
});

type What = Pick<Workload, "name" | "title"> & Partial<Workload>;

/** A load that keeps a subject at its limit. */
export function closed(body: string, connections: number, warmUpAnswers: number, what: What): Workload {
  return {
    path: CHAT,
    body,
    connections,
    pace: "closed",
    rate: 0,
    roundMs: 600,
    spreadMs: 0,
    unit: "request",
    unitsPerAnswer: 1,
    warmUp: { body, connections, answers: warmUpAnswers },
    ...what,
  };
}

interface Streams {
  readonly provider: "mock" | "mend";
  readonly streams: number;
  readonly chunks: number;
  /** Milliseconds from one chunk to the next. */
  readonly gapMs: number;
}

/** The first and the last chunk, the usage and the end come on top of the chunks. */
const MORE_EVENTS = 4;

/** Streams at a rate. */
export function paced({ provider, streams, chunks, gapMs }: Streams, what: What): Workload {
  const answerMs = chunks * gapMs;
  return {
    path: CHAT,
    body: streamed(`${provider}/sse-${chunks}-${gapMs}`),
    connections: streams,
    pace: "paced",
    rate: 0,
    roundMs: answerMs,
    spreadMs: streams === 1 ? 0 : answerMs / 2,
    unit: "chunk",
    unitsPerAnswer: chunks + MORE_EVENTS,
    warmUp: { body: streamed(`${provider}/sse-20-2`), connections: 32, answers: 1500 },
    ...what,
  };
}

/** In the order of the tables. */
export const WORKLOADS: readonly Workload[] = [
  closed(SMALL, 32, 20_000, { name: "json-2k", title: "JSON, 2 KB request", must: 1.5, aim: 1.25 }),
  closed(LARGE, 8, 2000, { name: "json-200k", title: "JSON, 200 KB request", must: 2, aim: 1.3 }),
  closed(SMALL, 32, 20_000, {
    name: "json-rate",
    title: "JSON, 2 KB, 1,000 requests/s",
    pace: "rate",
    rate: 1000,
    roundMs: 1000,
  }),
  closed(SMALL, 32, 20_000, { name: "json-tls", title: "JSON, 2 KB request, upstream over TLS", secure: true }),
  closed(INPUTS, 8, 4000, { name: "embeddings", title: "Embeddings, 96 inputs", path: "/v1/embeddings" }),
  paced(
    { provider: "mock", streams: 100, chunks: 200, gapMs: 5 },
    { name: "sse-rate", title: "SSE, 100 streams of 200 chunks/s", must: 1.15, aim: 1 },
  ),
  paced(
    { provider: "mock", streams: 1, chunks: 200, gapMs: 5 },
    { name: "sse-rate-1", title: "SSE, 1 stream of 200 chunks/s" },
  ),
  paced(
    { provider: "mock", streams: 1000, chunks: 40, gapMs: 50 },
    { name: "sse-rate-1000", title: "SSE, 1,000 streams of 20 chunks/s" },
  ),
  closed(streamed("mock/sse-200-0"), 16, 3000, {
    name: "sse-flat",
    title: "SSE, 200 chunks flat out, 16 streams",
    unit: "chunk",
    unitsPerAnswer: 200 + MORE_EVENTS,
  }),
  paced(
    { provider: "mend", streams: 100, chunks: 100, gapMs: 10 },
    {
      name: "sse-translate",
      title: "SSE, 100 streams of 100 chunks/s, decoded and written anew",
    },
  ),
  paced(
    { provider: "mock", streams: 100, chunks: 200, gapMs: 5 },
    {
      name: "sse-messages",
      title: "SSE, 100 streams of 200 chunks/s, written as Messages",
      // A chat body is a Messages body too: only the answer is in another dialect.
      path: "/v1/messages",
    },
  ),
];

/** A stream that begins and then says nothing more. */
export const IDLE_STREAM = { path: CHAT, body: streamed("mock/idle") } as const;

/** What a process is asked first, and ten thousand times. */
export const PLAIN_REQUEST = { path: CHAT, body: SMALL } as const;
