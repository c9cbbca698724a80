/** Bounds on what a peer can make us hold. Every one is a number of bytes unless it says otherwise. */
export interface Limits {
  /** A client's request body. */
  readonly requestBodyBytes: number;
  /** A whole upstream reply that is not a stream. */
  readonly replyBodyBytes: number;
  /** The body of an upstream's error reply; what is longer is cut, not refused. */
  readonly errorBodyBytes: number;
  /** One server-sent event. */
  readonly eventBytes: number;
  /** What a stream may add up to while it is assembled into one answer. */
  readonly assembledBytes: number;
  /** Stream bytes held back while waiting for the first content. */
  readonly heldBytes: number;
  /** Tool calls in one choice (a count). */
  readonly toolCalls: number;
  /** Choices in one reply (a count). */
  readonly choices: number;
}

const MiB = 1024 * 1024;

/** Generous for real traffic (8 MB image events, 32 MiB prompts with images), small against memory. */
export const DEFAULT_LIMITS: Limits = {
  requestBodyBytes: 32 * MiB,
  replyBodyBytes: 64 * MiB,
  errorBodyBytes: 64 * 1024,
  eventBytes: 16 * MiB,
  assembledBytes: 64 * MiB,
  heldBytes: 1 * MiB,
  toolCalls: 1024,
  choices: 128,
};
