/** What the client does with its request. */
export type Manner =
  | "read"
  | "read slowly"
  | "send slowly"
  | "leave with half the body sent"
  | "leave while waiting"
  | "leave mid stream"
  | "leave without reading";

/** One kind of request of the mix. */
export interface Kind {
  readonly name: string;
  /** How often, relative to the others. */
  readonly share: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** What the body has; absent for a query. */
  readonly body?: Body;
  readonly manner: Manner;
  readonly key: "its own" | "wrong";
  /** How it may end: the status the client sees, if any, and the ending (`records.ts`). */
  readonly endings: readonly string[];
}

export interface Body {
  readonly model: string;
  readonly stream: boolean;
  /** Roughly, in bytes. */
  readonly size: number;
  readonly form: "chat" | "embeddings" | "broken JSON";
  /** Sent in chunks, so that its length is not known beforehand. */
  readonly chunked: boolean;
}

const COMPLETE = ["200 complete"];
const SMALL = 600;
const LARGE = 200_000;
const MiB = 1024 * 1024;

/** What befalls the first target of a model with two, before it has given content: the second answers. */
export const FAULTS = [
  "fail-500",
  "fail-429",
  "reset-in-head",
  "cut-before-content",
  "error-before-content",
  "malformed-event",
  "stall-before-content",
] as const;

/** A target that does nothing but fail is not asked for a while. */
const CLOSED = "503 refused";

/** What befalls a stream after content: the client is told inside it. */
const LATE_FAULTS = ["cut-after-content", "error-after-content", "stall-after-content"] as const;

export const KINDS: readonly Kind[] = [
  chat("whole", 24, { model: "steady/answer" }),
  chat("whole-large", 5, { model: "steady/answer", size: LARGE }),
  chat("whole-mended", 8, { model: "mended/answer" }),
  chat("whole-unstreamed", 4, { model: "whole/answer" }),
  chat("stream", 16, { model: "steady/answer", stream: true }),
  chat("stream-mended", 8, { model: "mended/answer", stream: true }),
  chat("stream-large", 3, { model: "mended/answer", stream: true, size: LARGE }),
  { ...chat("embeddings", 6, { model: "steady/embed", form: "embeddings" }), path: "/v1/embeddings" },
  query("models", 3, "/v1/models"),
  query("health", 3, "/health"),
  query("ready", 1, "/ready"),
  // The provider comes and goes.
  { ...chat("passing", 3, { model: "passing/answer" }), endings: ["200 complete", "404 refused"] },
  { ...chat("wrong-key", 3, { model: "steady/answer" }), key: "wrong", endings: ["401 refused"] },
  { ...chat("broken-json", 2, { model: "steady/answer", form: "broken JSON" }), endings: ["400 refused"] },
  // The gateway hangs up on who goes on sending, and that may be quicker than its reply.
  { ...chat("too-large", 0.5, { model: "steady/answer", size: 3 * MiB }), endings: ["413 refused", "- broken"] },
  {
    ...chat("too-large-unannounced", 0.5, { model: "steady/answer", size: 3 * MiB, chunked: true }),
    endings: ["413 refused", "- broken"],
  },
  // Between the limits of the two versions of the configuration.
  {
    ...chat("large-now-and-then", 0.3, { model: "steady/answer", size: 1.5 * MiB }),
    endings: ["200 complete", "413 refused", "- broken"],
  },
  ...FAULTS.flatMap((fault) => [
    chat(`flaky-${fault}`, 1, { model: `flaky-${fault}`, stream: true }),
    chat(`rough-${fault}`, 1, { model: `rough-${fault}`, stream: true }),
  ]),
  chat("refused-port", 2, { model: "refused-port" }),
  chat("malformed-document", 1, { model: "malformed-document" }),
  { ...chat("all-ill", 1, { model: "all-ill" }), endings: ["500 refused", "502 refused", CLOSED] },
  ...LATE_FAULTS.flatMap((fault) => [
    { ...chat(`flaky-${fault}`, 0.5, { model: `flaky/${fault}`, stream: true }), endings: ["200 error-event", CLOSED] },
    { ...chat(`rough-${fault}`, 0.5, { model: `rough/${fault}`, stream: true }), endings: ["200 error-event", CLOSED] },
  ]),
  chat("drip", 0.5, { model: "mended/drip", stream: true }),
  { ...chat("slow-reader", 0.2, { model: "steady/long", stream: true }), manner: "read slowly" },
  { ...chat("slow-reader-mended", 0.2, { model: "mended/long", stream: true }), manner: "read slowly" },
  { ...chat("slow-sender", 0.5, { model: "steady/answer" }), manner: "send slowly" },
  ...leaving("leave-body", "leave with half the body sent", { size: LARGE }, "- left"),
  ...leaving("leave-head", "leave while waiting", { upstream: "silent" }, "- left"),
  ...leaving("leave-stream", "leave mid stream", { upstream: "endless" }, "200 left"),
  ...leaving("leave-unread", "leave without reading", { upstream: "flood", share: 0.2 }, "200 left"),
];

function chat(name: string, share: number, body: Partial<Body> & Pick<Body, "model">): Kind {
  return {
    name,
    share,
    method: "POST",
    path: "/v1/chat/completions",
    body: { stream: false, size: SMALL, form: "chat", chunked: false, ...body },
    manner: "read",
    key: "its own",
    endings: COMPLETE,
  };
}

function query(name: string, share: number, path: string): Kind {
  return { name, share, method: "GET", path, manner: "read", key: "its own", endings: COMPLETE };
}

/** Clients that leave a stream that is passed, and one that is mended. */
function leaving(
  name: string,
  manner: Manner,
  { upstream = "answer", size = SMALL, share = 1 }: { upstream?: string; size?: number; share?: number },
  ending: string,
): Kind[] {
  return [
    {
      ...chat(`${name}-passed`, share, { model: `steady/${upstream}`, stream: true, size }),
      manner,
      endings: [ending],
    },
    {
      ...chat(`${name}-mended`, share, { model: `mended/${upstream}`, stream: true, size }),
      manner,
      endings: [ending],
    },
  ];
}

/** Which kind a number from 0 to 1 stands for. */
export function kindAt(share: number): Kind {
  let left = share * KINDS.reduce((sum, kind) => sum + kind.share, 0);
  for (const kind of KINDS) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  throw new Error(`${share} is no share`);
}
