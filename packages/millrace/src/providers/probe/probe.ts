import type { Judgement } from "./finding.ts";
import type { Question, Reply } from "./question.ts";

/** What the probes know of the server they ask. */
export interface Subject {
  /** The id of its profile. */
  readonly profile: string;
  readonly model: string;
  readonly embeddingsModel: string;
  /** Every reply so far, of earlier probes too. */
  readonly heard: readonly Reply[];
}

/** Finds out one feature. Both functions are pure: the asking is done elsewhere. */
export interface Probe {
  readonly name: string;
  /** What to ask next, given what this probe was answered so far; nothing when that is enough. */
  readonly ask: (subject: Subject, replies: readonly Reply[]) => Question | undefined;
  readonly judge: (subject: Subject, replies: readonly Reply[]) => Judgement;
}

/** Asks these, one after the other, whatever is answered. */
export function inTurn(questions: (subject: Subject) => readonly Question[]): Probe["ask"] {
  return (subject, replies) => questions(subject)[replies.length];
}
