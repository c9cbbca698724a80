import type { Failure } from "../../../model/failure.ts";
import type { EngineSettings, Embedded, Generated, GenerateRequest, LoadedModel, Piece } from "../engine.ts";

/** What each task of an engine is given, and what it comes to. */
export interface Tasks {
  readonly load: { readonly given: EngineSettings; readonly result: LoadedModel };
  readonly generate: { readonly given: GenerateRequest; readonly result: Generated };
  readonly embed: { readonly given: readonly string[]; readonly result: Embedded };
}

export type TaskKind = keyof Tasks;

/** A task for the thread, numbered so that its answers can be told from others'. */
export type Task = {
  readonly [K in TaskKind]: { readonly kind: K; readonly task: number; readonly given: Tasks[K]["given"] };
}[TaskKind];

/** From the owner to the thread. `close` is the last one. */
export type ToThread = Task | { readonly kind: "cancel"; readonly task: number } | { readonly kind: "close" };

/** From the thread to its owner: a task ends with its result or a failure. */
export type FromThread =
  | { readonly kind: "pieces"; readonly task: number; readonly pieces: readonly Piece[] }
  | { readonly kind: "done"; readonly task: number; readonly result: Tasks[TaskKind]["result"] }
  | { readonly kind: "failed"; readonly task: number; readonly failure: Failure };
