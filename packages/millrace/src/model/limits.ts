/** Bounds on what a peer can make us hold. Every one is a number of bytes unless it says otherwise. */
export interface Limits {
  /** A client's request body. */
  readonly requestBodyBytes: number;
  /** A whole upstream reply that is not a stream. An answer is bounded by `assembledBytes` too. */
  readonly replyBodyBytes: number;
  /** The body of an upstream's error reply; what is longer is cut, not refused. */
  readonly errorBodyBytes: number;
  /** One server-sent event. */
  readonly eventBytes: number;
  /** What the JSON values of one event may take in memory beyond its characters. */
  readonly eventValueBytes: number;
  /** What those of an answer may take that comes as one document. */
  readonly documentValueBytes: number;
  /** What those of an embeddings reply may take: the largest batch is some three million numbers. */
  readonly vectorValueBytes: number;
  /** An answer, whether it is put together from a stream or comes as one document. */
  readonly assembledBytes: number;
  /** A stream from its first byte to its last, framing included. */
  readonly streamBytes: number;
  /** What of a stream may pass without any content, such as comments; more than one event has. */
  readonly quietBytes: number;
  /** Stream bytes held back while waiting for the first content. */
  readonly heldBytes: number;
  /** Tool calls in one choice (a count). */
  readonly toolCalls: number;
  /** Choices in one reply (a count). */
  readonly choices: number;
}

const MiB = 1024 * 1024;

/**
 * Generous for real traffic (8 MB image events, 32 MiB prompts with images), small against memory: no stream
 * makes a process grow by more than 32 MiB.
 */
export const DEFAULT_LIMITS: Limits = {
  requestBodyBytes: 32 * MiB,
  replyBodyBytes: 64 * MiB,
  errorBodyBytes: 64 * 1024,
  eventBytes: 12 * MiB,
  eventValueBytes: 8 * MiB,
  documentValueBytes: 32 * MiB,
  vectorValueBytes: 128 * MiB,
  assembledBytes: 12 * MiB,
  streamBytes: 1024 * MiB,
  quietBytes: 24 * MiB,
  heldBytes: 1 * MiB,
  toolCalls: 1024,
  choices: 128,
};
