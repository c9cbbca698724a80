import type { Clock } from "../../model/clock.ts";
import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { IdleClock } from "../on-demand/idle-clock.ts";
import { StartBackoff } from "../on-demand/start-backoff.ts";
import { cancelled } from "../transport/call-failure.ts";
import type { Engine, LoadedModel } from "./engine.ts";
import { modelBroken, stillLoading, threadEnded } from "./engine-failures.ts";

export interface ModelKeeperOptions {
  readonly clock: Clock;
  readonly file: string;
  /** 0 keeps the model in memory. */
  readonly idleMs: number;
  /** What keeps the model from being loaded, as far as that can be seen without loading it. Costs little. */
  readonly obstacle: () => Promise<Failure | undefined>;
  /** Starts an engine, which then loads the model. */
  readonly start: () => Engine;
}

/** - `failed`: the latest attempt to load it went wrong. */
export type ModelState = "unloaded" | "loading" | "loaded" | "failed";

/** A model that is in memory at least until this is released. */
export interface ModelUse {
  readonly engine: Engine;
  readonly model: LoadedModel;
  release(): void;
}

interface Loaded {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly sinceMs: number;
}

/** Loads a model when it is first used, and gives its memory back when it has been idle for a while. */
export class ModelKeeper {
  readonly #options: ModelKeeperOptions;
  readonly #backoff = new StartBackoff();
  readonly #idle: IdleClock;
  #engine: Engine | undefined;
  #loaded: Loaded | undefined;
  #loading: Promise<void> | undefined;
  /** The engine before gives its memory back. */
  #unloading: Promise<void> = Promise.resolve();
  #failure: Failure | undefined;
  #uses = 0;
  #closed = false;

  constructor(options: ModelKeeperOptions) {
    this.#options = options;
    const { clock, idleMs } = options;
    this.#idle = new IdleClock({
      clock,
      limitMs: idleMs,
      isIdle: () => this.#loaded !== undefined && this.#uses === 0,
      onLimit: () => this.#unload(),
    });
  }

  get state(): ModelState {
    if (this.#loaded !== undefined) return "loaded";
    if (this.#loading !== undefined) return "loading";
    return this.#failure === undefined ? "unloaded" : "failed";
  }

  get model(): LoadedModel | undefined {
    return this.#loaded?.model;
  }

  /**
   * @throws {ProviderError} `loading` until the model is in memory, which this starts; or why it cannot be loaded
   */
  async use(): Promise<ModelUse> {
    if (this.#loaded === undefined) await this.#begin();
    const loaded = this.#loaded;
    if (loaded === undefined) throw providerError(stillLoading());
    this.#uses += 1;
    return { ...loaded, release: () => this.#release() };
  }

  /** What keeps the model from answering, if anything does. Loads nothing. */
  async trouble(): Promise<Failure | undefined> {
    if (this.#loaded !== undefined) return undefined;
    if (this.#loading !== undefined) return stillLoading();
    return (await this.#options.obstacle()) ?? this.#failure;
  }

  /** Gives the memory back. Calls of the engine that are under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unload();
    await this.#loading;
    await this.#unloading;
  }

  async #begin(): Promise<void> {
    if (this.#closed) throw cancelled();
    if (this.#loading !== undefined) return;
    const refusal = this.#backoff.refusal(this.#options.clock.now());
    if (refusal !== undefined) throw providerError({ ...refusal, message: this.#failure?.message ?? refusal.message });
    const obstacle = await this.#options.obstacle();
    if (obstacle !== undefined) throw providerError(obstacle);
    if (this.#closed) throw cancelled();
    // Another use may have begun meanwhile.
    if (this.#loaded === undefined) this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
  }

  async #load(): Promise<void> {
    const { clock, file, start } = this.#options;
    await this.#unloading;
    if (this.#closed) return;
    const engine = start();
    this.#engine = engine;
    try {
      const model = await engine.load();
      this.#loaded = { engine, model, sinceMs: clock.now() };
    } catch (error) {
      this.#failed(error instanceof ProviderError ? error.failure : modelBroken(file, error, []));
      this.#unload();
      return;
    }
    this.#failure = undefined;
    this.#backoff.worked();
    this.#idle.begin();
    this.#idle.watch();
    void engine.ended.then((error) => this.#ended(engine, error));
  }

  #failed(failure: Failure): void {
    if (this.#closed) return;
    this.#failure = failure;
    this.#backoff.failed(failure, this.#options.clock.now());
  }

  #ended(engine: Engine, error: Error): void {
    const loaded = this.#loaded;
    if (loaded?.engine !== engine) return;
    const nowMs = this.#options.clock.now();
    this.#failure = threadEnded(error).failure;
    this.#backoff.ended(this.#failure, nowMs - loaded.sinceMs, nowMs);
    this.#unload();
  }

  #release(): void {
    this.#uses -= 1;
    if (this.#uses > 0 || this.#loaded === undefined) return;
    this.#idle.begin();
    this.#idle.watch();
  }

  #unload(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#loaded = undefined;
    this.#idle.stop();
    if (engine !== undefined) this.#unloading = engine.close();
  }
}
