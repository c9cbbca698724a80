import type { CancelSignal } from "../../model/cancellation.ts";
import { type ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { Health, ModelInfo } from "../../model/model-info.ts";
import type { EmbeddingsResponse, ProviderResponse } from "../../model/response.ts";
import type {
  CallOptions,
  ForwardOptions,
  ForwardReply,
  ForwardRequest,
  GatewayProvider,
  InferenceStream,
  LearnedParameter,
  Operation,
  ServerLoad,
  StartWait,
} from "../../providers/provider.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** What one call does: a reply, a failure that is thrown, or a function that decides. */
export type CallScript =
  | ForwardReply
  | Failure
  | ((request: ForwardRequest, options: ForwardOptions) => Promise<ForwardReply>);

export type ListScript = readonly string[] | Failure | ((options: CallOptions) => Promise<readonly ModelInfo[]>);

/** A provider without a network: what it answers is written down call by call. */
export class ScriptedProvider implements GatewayProvider {
  readonly name: string;
  readonly providerType = "scripted";
  readonly baseUrl = "http://127.0.0.1:1/v1";
  readonly local: boolean;
  readonly operations: readonly Operation[];
  readonly credentials: number;
  readonly forwarded: ForwardRequest[] = [];
  /** The options of the calls in `forwarded`. */
  readonly forwardedWith: ForwardOptions[] = [];
  readonly waits: StartWait[] = [];
  becomesReady = false;
  listCalls = 0;
  /** What the server tells of its load; a function decides anew each time. */
  load: ServerLoad | (() => Promise<ServerLoad | undefined>) | undefined;
  loadCalls = 0;
  /** What a health check finds; without it none may be asked for. */
  health: Health | ((options: CallOptions) => Promise<Health>) | undefined;
  healthCalls = 0;
  calls: CallScript[];
  models: ListScript;
  learned: readonly LearnedParameter[] = [];

  constructor(
    name: string,
    script: {
      readonly calls?: CallScript[];
      readonly models?: ListScript;
      readonly operations?: readonly Operation[];
      readonly credentials?: number;
      readonly local?: boolean;
    } = {},
  ) {
    this.name = name;
    this.calls = script.calls ?? [];
    this.models = script.models ?? [];
    this.credentials = script.credentials ?? 1;
    this.local = script.local ?? true;
    this.operations = script.operations ?? ["chat-completions", "completions", "embeddings"];
  }

  async forward(request: ForwardRequest, options: ForwardOptions = {}): Promise<ForwardReply> {
    this.forwarded.push(request);
    this.forwardedWith.push(options);
    const call = this.calls.shift();
    if (call === undefined) throw new Error(`${this.name} has no further call in its script`);
    if (typeof call === "function") return call(request, options);
    if ("kind" in call) throw providerError(call, { provider: this.name });
    return call;
  }

  async countTokens(): Promise<number | undefined> {
    return undefined;
  }

  async untilReady(_failure: ProviderError, wait: StartWait): Promise<boolean> {
    this.waits.push(wait);
    return this.becomesReady;
  }

  async listModels(options: CallOptions = {}): Promise<readonly ModelInfo[]> {
    this.listCalls += 1;
    if (typeof this.models === "function") return this.models(options);
    if ("kind" in this.models) throw providerError(this.models, { provider: this.name });
    return this.models.map((id) => modelInfo(this.name, id));
  }

  async infer(): Promise<ProviderResponse> {
    throw notScripted(this.name);
  }
  inferStream(): InferenceStream {
    throw notScripted(this.name);
  }
  async embeddings(): Promise<EmbeddingsResponse> {
    throw notScripted(this.name);
  }
  async healthCheck(options: CallOptions = {}): Promise<Health> {
    this.healthCalls += 1;
    if (this.health === undefined) throw notScripted(this.name);
    return typeof this.health === "function" ? this.health(options) : this.health;
  }

  async readLoad(): Promise<ServerLoad | undefined> {
    this.loadCalls += 1;
    return typeof this.load === "function" ? this.load() : this.load;
  }
  async close(): Promise<void> {}
}

/** A model as a server with a plain list gives it. */
export function modelInfo(provider: string, id: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return { id, name: id, provider, state: "ready", raw: { id }, ...more };
}

/** Rejects as every call does when its signal fires. */
export function whenAborted(signal: CancelSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(providerError(failureOf("cancelled", "The call was cancelled.")));
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop);
  });
}

function notScripted(name: string): Error {
  return new Error(`${name} has no script for this call`);
}
