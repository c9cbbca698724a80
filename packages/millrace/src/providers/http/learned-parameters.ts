import type { Change } from "../../model/change.ts";
import type { Clock } from "../../model/clock.ts";
import type { Warning } from "../../model/warning.ts";
import type { LearnedParameter } from "../provider.ts";
import type { Draft } from "./draft.ts";
import type { Move } from "./moved-requests.ts";
import { applyRemedy, type Remedy } from "./remedy.ts";

/** A bound on what is remembered, so that made-up model names cannot fill memory (a count). */
const MAX_MODELS = 1024;
/** A server that was upgraded gets a parameter again after this long, in milliseconds: one request is refused for it. */
const LIFETIME_MS = 60 * 60 * 1000;

const NOTHING: readonly Remedy[] = [];
const NOWHERE: readonly Move[] = [];

interface Lesson {
  readonly remedy: Remedy | Move;
  readonly learnedMs: number;
}

/**
 * What this provider's models refused lately. A lesson is kept for an hour, and no longer than the provider
 * instance lives.
 */
export class LearnedParameters {
  readonly #clock: Clock;
  readonly #byModel = new Map<string, readonly Lesson[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(model: string, remedies: readonly (Remedy | Move)[]): void {
    if (remedies.length === 0) return;
    const learnedMs = this.#clock.now();
    const known = this.#fresh(model).filter(({ remedy }) => !remedies.some((newer) => isOver(remedy, newer)));
    if (!this.#byModel.has(model)) this.#makeRoom();
    this.#byModel.set(model, [...known, ...remedies.map((remedy) => ({ remedy, learnedMs }))]);
  }

  for(model: string): readonly Remedy[] {
    if (this.#byModel.size === 0) return NOTHING;
    return this.#fresh(model).flatMap(({ remedy }) => (remedy.action === "moved" ? [] : [remedy]));
  }

  /** What of a request for the model makes it go elsewhere. */
  moves(model: string): readonly Move[] {
    if (this.#byModel.size === 0) return NOWHERE;
    return this.#fresh(model).flatMap(({ remedy }) => (remedy.action === "moved" ? [remedy] : []));
  }

  all(): readonly LearnedParameter[] {
    return [...this.#byModel.keys()].flatMap((model) => this.#fresh(model).map(({ remedy }) => ({ model, ...remedy })));
  }

  #fresh(model: string): readonly Lesson[] {
    const oldestMs = this.#clock.now() - LIFETIME_MS;
    return (this.#byModel.get(model) ?? []).filter(({ learnedMs }) => learnedMs > oldestMs);
  }

  #makeRoom(): void {
    if (this.#byModel.size < MAX_MODELS) return;
    const [oldest] = this.#byModel.keys();
    if (oldest !== undefined) this.#byModel.delete(oldest);
  }
}

/** Whether the newer lesson is about the same parameter or value, or about the name that the older one gave it. */
function isOver(older: Remedy | Move, newer: Remedy | Move): boolean {
  if ("from" in newer) return older.parameter === newer.parameter && "from" in older && older.from === newer.from;
  return older.parameter === newer.parameter || older.to === newer.parameter;
}

/** A draft with remedies applied, and which of them had something to do. */
export interface Remedied {
  readonly draft: Draft;
  readonly applied: readonly Remedy[];
}

/** Applies the remedies in order. The draft is the same reference when none had anything to do. */
export function applyRemedies(draft: Draft, remedies: readonly Remedy[]): Remedied {
  if (remedies.length === 0) return { draft, applied: NOTHING };
  const applied: Remedy[] = [];
  let current = draft;
  for (const remedy of remedies) {
    const next = applyRemedy(current, remedy);
    if (next !== current) applied.push(remedy);
    current = next;
  }
  return { draft: current, applied };
}

/** A remedy as the change it makes in a request. */
export function changeOf(remedy: Remedy): Change {
  const { parameter: field, action, to } = remedy;
  return { field, action, ...(to === undefined ? {} : { to }), reason: "the server refused it" };
}

/** A remedy as the warning that goes with the answer. */
export function warningOf(remedy: Remedy): Warning {
  const what = remedy.to === undefined ? "it was sent without" : `it was sent as ${remedy.to}`;
  const refused = remedy.from === undefined ? remedy.parameter : `${remedy.parameter} ${remedy.from}`;
  return { code: "parameter-dropped", message: `the server refused ${refused}: ${what}` };
}
