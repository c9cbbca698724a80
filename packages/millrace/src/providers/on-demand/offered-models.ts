import type { ModelInfo } from "../../model/model-info.ts";

/** What an on-demand server offers: the same names whether it runs or not, where they were configured. */
export class OfferedModels {
  readonly #provider: string;
  readonly #configured: readonly string[] | undefined;
  #latest: readonly ModelInfo[] = [];

  constructor(provider: string, configured: readonly string[] | undefined) {
    this.#provider = provider;
    this.#configured = configured;
  }

  /** While it runs: what it lists, under the configured names. */
  running(listed: readonly ModelInfo[]): readonly ModelInfo[] {
    this.#latest = listed;
    return this.#offered((model) => model);
  }

  /** While it does not answer: what it listed before, as not loaded. */
  resting(state: "unloaded" | "loading" | "failed"): readonly ModelInfo[] {
    return this.#offered((model) => ({ ...model, state }), state);
  }

  #offered(seen: (model: ModelInfo) => ModelInfo, otherwise: ModelInfo["state"] = "unknown"): readonly ModelInfo[] {
    if (this.#configured === undefined) return this.#latest.map(seen);
    return this.#configured.map((id) => {
      const listed = this.#listed(id);
      if (listed === undefined) return { id, name: id, provider: this.#provider, state: otherwise, raw: { id } };
      return { ...seen(listed), id };
    });
  }

  /** A server of one model answers to any name, and lists it as it likes. */
  #listed(id: string): ModelInfo | undefined {
    const named = this.#latest.find((model) => model.id === id || model.aliases?.includes(id));
    const only = this.#latest.length === 1 && this.#configured?.length === 1 ? this.#latest[0] : undefined;
    return named ?? only;
  }
}
