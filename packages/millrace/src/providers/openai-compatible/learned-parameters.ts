import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Warning } from "../../model/warning.ts";
import { applyRemedy, type Remedy } from "./parameter-refusal.ts";

/** Something a running server turned out to refuse, remembered so that it is not sent again. */
export interface LearnedParameter extends Remedy {
  readonly model: string;
}

/** A bound on what is remembered, so that made-up model names cannot fill memory (a count). */
const MAX_MODELS = 1024;

/** What this provider's models refused so far. It lives as long as the provider instance. */
export class LearnedParameters {
  readonly #byModel = new Map<string, readonly LearnedParameter[]>();

  remember(model: string, remedies: readonly Remedy[]): void {
    const known = this.#byModel.get(model) ?? [];
    const fresh = remedies
      .filter((remedy) => !known.some((entry) => entry.parameter === remedy.parameter))
      .map((remedy) => ({ ...remedy, model }));
    if (fresh.length === 0) return;
    if (!this.#byModel.has(model)) this.#makeRoom();
    this.#byModel.set(model, [...known, ...fresh]);
  }

  for(model: string): readonly LearnedParameter[] {
    return this.#byModel.get(model) ?? [];
  }

  all(): readonly LearnedParameter[] {
    return [...this.#byModel.values()].flat();
  }

  #makeRoom(): void {
    if (this.#byModel.size < MAX_MODELS) return;
    const [oldest] = this.#byModel.keys();
    if (oldest !== undefined) this.#byModel.delete(oldest);
  }
}

/** A body with remedies applied, and which of them had something to do. */
export interface Remedied {
  readonly body: JsonObject;
  readonly applied: readonly Remedy[];
}

/** Applies the remedies in order. The body is the same reference when none had anything to do. */
export function applyRemedies(body: JsonObject, remedies: readonly Remedy[]): Remedied {
  const applied: Remedy[] = [];
  let current = body;
  for (const remedy of remedies) {
    const next = applyRemedy(current, remedy);
    if (next !== current) applied.push(remedy);
    current = next;
  }
  return { body: current, applied };
}

/** A remedy as the change it makes in a request. */
export function changeOf(remedy: Remedy): Change {
  const { parameter: field, action, to } = remedy;
  return { field, action, ...(to === undefined ? {} : { to }), reason: "the server refused it" };
}

/** A remedy as the warning that goes with the answer. */
export function warningOf(remedy: Remedy): Warning {
  const what = remedy.to === undefined ? "it was sent without" : `it was sent as ${remedy.to}`;
  return { code: "parameter-dropped", message: `the server refused ${remedy.parameter}: ${what}` };
}
