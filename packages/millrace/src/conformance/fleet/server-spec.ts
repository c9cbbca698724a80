import type { Failure } from "../../model/failure.ts";

/** A time in which a server is not itself. */
export type Trouble = { readonly fromMs: number; readonly untilMs: number } & (
  | {
      /** The process is gone: connections are refused, calls are cut, and its cache is empty afterwards. */
      readonly kind: "down";
    }
  | {
      /** A share of the calls gets an error, a 500 unless another is given. */
      readonly kind: "errors";
      readonly share: number;
      readonly failure?: Failure;
    }
  | {
      /** Everything takes this many times as long. */
      readonly kind: "slow";
      readonly factor: number;
    }
  | {
      /** Connections are taken, and nothing is answered. */
      readonly kind: "silent";
    }
  | {
      /** This many of its slots work for somebody else, as with a second gateway in front of it. */
      readonly kind: "shared";
      readonly slots: number;
    }
);

/** A model that a server has to load. */
export interface LoadedModel {
  readonly model: string;
  readonly loadMs: number;
}

export interface ServerSpec {
  readonly name: string;
  /** Requests that it answers at once; the others wait inside it. */
  readonly slots: number;
  /** Prompt tokens that it reads in a second, for each request. */
  readonly prefillPerS: number;
  /** Tokens that it writes in a second, for each request. */
  readonly decodePerS: number;
  /** Tokens of earlier conversations that it still holds. */
  readonly cacheTokens: number;
  readonly troubles?: readonly Trouble[];
  /** Absent: whatever is asked for is loaded. */
  readonly models?: readonly LoadedModel[];
  /** How many of its models are loaded at once; 1 by default. A busy model is never put out. */
  readonly modelsAtOnce?: number;
  /** What it does with a request while the model loads: `hold` it, or answer 503 as llama.cpp does. */
  readonly whileLoading?: "hold" | "refuse";
  /** Whether the gateway is configured with its slots; true by default. */
  readonly slotsKnown?: boolean;
}
