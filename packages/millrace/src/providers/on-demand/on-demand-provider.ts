import { ConfigurationError, type ProviderError } from "../../model/errors.ts";
import type { CancelSignal } from "../../model/cancellation.ts";
import type { Failure } from "../../model/failure.ts";
import type { Health, ModelInfo } from "../../model/model-info.ts";
import type { EmbeddingsRequest, InferenceRequest } from "../../model/request.ts";
import type { EmbeddingsResponse, ProviderResponse } from "../../model/response.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { HttpProvider } from "../http-provider.ts";
import { CallLease } from "../http/call-lease.ts";
import type { AnswerEvent } from "../http/answer-events.ts";
import { FailureReporter } from "../http/failure-reporter.ts";
import { PulledStream } from "../http/inference-stream.ts";
import type { HttpProviderOptions } from "../http/options.ts";
import { settingsOf } from "../http/settings.ts";
import { createTransport } from "../http/transport-choice.ts";
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
  TokenCountRequest,
  StartWait,
} from "../provider.ts";
import { systemClock } from "../transport/system-clock.ts";
import { limitsOf, type OnDemandCommand, takesPort, withPort } from "./command.ts";
import { heldReply } from "./held-reply.ts";
import { ManagedServer } from "./managed-server.ts";
import { nodeProcesses } from "./node-processes.ts";
import { OfferedModels } from "./offered-models.ts";
import { PortTransport, UNKNOWN_PORT } from "./port-transport.ts";
import type { Launch, ProcessPort } from "./process-port.ts";
import { ServerAddress } from "./server-address.ts";
import { ServerGroups } from "./server-group.ts";
import { type OutputLine, ServerOutput } from "./server-output.ts";
import type { ServerStateChange } from "./server-state.ts";
import type { ServerUse } from "./server-use.ts";

export interface OnDemandOptions {
  /** How its server is started. */
  readonly command: OnDemandCommand;
  /** Where it finds the servers that it shares room with; by default it shares with nobody. */
  readonly groups?: ServerGroups;
  /** Hears what the server prints, line by line. */
  readonly onOutput?: (line: OutputLine) => void;
  /** Hears when the server starts, is ready, or ends. */
  readonly onServerState?: (change: ServerStateChange) => void;
  readonly processes?: ProcessPort;
}

export type OnDemandProviderOptions = HttpProviderOptions & OnDemandOptions;

/**
 * A model server that runs while it is used: the first call starts it and waits until it is ready, and it is stopped
 * when it has been idle for a while, or when another server needs its room. Lists and health checks never start it.
 *
 * @example
 * const desk = new OnDemandProvider({
 *   name: "desk",
 *   profile: "llama.cpp",
 *   command: { command: ["llama-server", "-m", "qwen3-8b.gguf", "--port", "{port}"] },
 * });
 */
export class OnDemandProvider implements GatewayProvider {
  readonly #inner: HttpProvider;
  readonly #server: ManagedServer;
  readonly #models: OfferedModels;
  readonly #command: OnDemandCommand;
  readonly #address: ServerAddress;
  /** Where the port is chosen at each start. */
  readonly #chosen: PortTransport | undefined;
  readonly #ownsTransport: boolean;

  /** @throws {ConfigurationError} where an option cannot be used as it is; there is no fallback */
  constructor(options: OnDemandProviderOptions) {
    const { command, groups, onOutput, onServerState, processes = nodeProcesses, ...rest } = options;
    const { clock = systemClock } = rest;
    const choosesPort = rest.baseUrl === undefined && takesPort(command);
    const base = choosesPort ? { ...rest, baseUrl: UNKNOWN_PORT } : rest;
    const settings = settingsOf(base);
    const { name } = settings;
    const secrets = [...settings.secrets, ...secretsOf(command)];
    checkCommand(command, settings.base.socketPath !== undefined);
    this.#command = command;
    this.#ownsTransport = choosesPort && rest.transport === undefined;
    this.#chosen = choosesPort
      ? new PortTransport(rest.transport ?? createTransport(settings.profile, { ...rest, clock }))
      : undefined;
    this.#inner = new HttpProvider({ ...base, ...(this.#chosen && { transport: this.#chosen }) });
    this.#models = new OfferedModels(name, command.models);
    const limits = limitsOf(command);
    const { baseUrl } = this.#inner;
    this.#address = new ServerAddress({ baseUrl, chosen: this.#chosen, processes, clock, patienceMs: limits.stopMs });
    this.#server = new ManagedServer({
      name,
      limits,
      // One that is configured anew has the room of the one that it replaces.
      group: (groups ?? new ServerGroups(clock)).of(
        command.group === undefined ? `provider ${name}` : `group ${command.group}`,
      ),
      groupSize: command.group === undefined ? 1 : (command.groupSize ?? 1),
      launch: (signal) => this.#launch(signal),
      health: (signal) => this.#inner.healthCheck({ signal }),
      processes,
      clock,
      output: new ServerOutput({ server: name, clock, secrets, onLine: onOutput }),
      failures: new FailureReporter(name, () => secrets),
      onState: (state, reason) => onServerState?.({ server: name, state, reason }),
    });
  }

  get name(): string {
    return this.#inner.name;
  }

  get providerType(): string {
    return this.#inner.providerType;
  }

  /** With the port of the latest start, or 0 before the first, where the port is chosen. */
  get baseUrl(): string {
    return this.#chosen?.resolved(this.#inner.baseUrl) ?? this.#inner.baseUrl;
  }

  get local(): boolean {
    return this.#inner.local;
  }

  get operations(): readonly Operation[] {
    return this.#inner.operations;
  }

  get credentials(): number {
    return this.#inner.credentials;
  }

  get learned(): readonly LearnedParameter[] {
    return this.#inner.learned;
  }

  infer(request: InferenceRequest, options: CallOptions = {}): Promise<ProviderResponse> {
    return this.#during(options.signal, () => this.#inner.infer(request, options));
  }

  inferStream(request: InferenceRequest, options: CallOptions = {}): InferenceStream {
    return new PulledStream(async (stop) => {
      const lease = new CallLease(
        options.signal === undefined ? [stop] : [options.signal, stop],
        true,
        () => undefined,
      );
      try {
        const use = await this.#server.use(lease);
        return heldEvents(this.#inner.inferStream(request, options), use, lease);
      } catch (error) {
        lease.end();
        throw error;
      }
    });
  }

  embeddings(request: EmbeddingsRequest, options: CallOptions = {}): Promise<EmbeddingsResponse> {
    return this.#during(options.signal, () => this.#inner.embeddings(request, options));
  }

  async forward(request: ForwardRequest, options: ForwardOptions = {}): Promise<ForwardReply> {
    // What it refuses anyhow is no reason to start it.
    if (!this.operations.includes(request.operation)) return this.#inner.forward(request, options);
    const use = await this.#server.use(options.signal);
    try {
      return heldReply(await this.#inner.forward(request, options), use);
    } catch (error) {
      use.release();
      throw error;
    }
  }

  /** A question about a request is no reason to start a server. */
  async countTokens(request: TokenCountRequest, options: ForwardOptions = {}): Promise<number | undefined> {
    return this.#server.state === "ready" ? this.#inner.countTokens(request, options) : undefined;
  }

  async listModels(options: CallOptions = {}): Promise<readonly ModelInfo[]> {
    const { refusal, state } = this.#server;
    if (state === "starting") return this.#models.resting("loading");
    if (state !== "ready") return this.#models.resting(refusal === undefined ? "unloaded" : "failed");
    return this.#models.running(await this.#inner.listModels(options));
  }

  async healthCheck(options: CallOptions = {}): Promise<Health> {
    const { refusal, state } = this.#server;
    if (state === "ready") return this.#inner.healthCheck(options);
    if (state === "starting") {
      const failure = failureOf("loading", `${this.name}: The server is being started.`);
      return { healthy: false, state: "loading", latencyMs: 0, failure };
    }
    if (refusal === undefined) return { healthy: true, state: "stopped", latencyMs: 0 };
    return { healthy: false, state: "failing", latencyMs: 0, failure: this.#named(refusal) };
  }

  async readLoad(options: CallOptions = {}): Promise<ServerLoad | undefined> {
    return this.#server.state === "ready" ? this.#inner.readLoad(options) : undefined;
  }

  /** One that has ended is started by the next call. */
  async untilReady(failure: ProviderError, wait: StartWait, options: CallOptions = {}): Promise<boolean> {
    if (this.#server.state === "ready") return this.#inner.untilReady(failure, wait, options);
    return (failure.kind === "connection" || failure.kind === "truncated") && this.#server.refusal === undefined;
  }

  /** Ends the calls in flight, and the server. */
  async close(): Promise<void> {
    await this.#inner.close();
    await this.#server.close();
    await this.#closeTransport();
  }

  /** Closes as soon as no call is in flight, or waits: for an instance that no new calls go to. */
  async retire(): Promise<void> {
    await this.#server.unused();
    await this.#inner.retire();
    await this.#server.close();
    await this.#closeTransport();
  }

  async #closeTransport(): Promise<void> {
    if (this.#ownsTransport) await this.#chosen?.close();
  }

  async #during<T>(signal: CancelSignal | undefined, call: () => Promise<T>): Promise<T> {
    const use = await this.#server.use(signal);
    try {
      return await call();
    } finally {
      use.release();
    }
  }

  async #launch(signal: CancelSignal): Promise<Launch | Failure> {
    const port = await this.#address.next(signal);
    if (typeof port !== "number") return port;
    const { cwd } = this.#command;
    const graceMs = limitsOf(this.#command).stopMs;
    return { ...withPort(this.#command, port), ...(cwd === undefined ? {} : { cwd }), graceMs };
  }

  #named(failure: Failure): Failure {
    return { ...failure, message: `${this.name}: ${failure.message}` };
  }
}

/** The events of a stream, which uses its server until it is over. */
async function* heldEvents(
  stream: InferenceStream,
  use: ServerUse,
  lease: CallLease,
): AsyncGenerator<readonly AnswerEvent[], void> {
  const cancel = (): void => stream.cancel();
  lease.addEventListener("abort", cancel);
  if (lease.aborted) cancel();
  try {
    for await (const event of stream) {
      yield [event.type === "finish" ? { type: "finish", response: await stream.response } : event];
    }
  } finally {
    use.release();
    lease.end();
  }
}

/** Names of variables whose values are never shown. */
const SECRET_NAME = /key|token|secret|password|auth/iu;

function secretsOf({ env = {} }: OnDemandCommand): readonly string[] {
  return Object.entries(env)
    .filter(([name, value]) => SECRET_NAME.test(name) && value !== "")
    .map(([, value]) => value);
}

function checkCommand(command: OnDemandCommand, isSocket: boolean): void {
  const [program = ""] = command.command;
  const wrong = (message: string): ConfigurationError => new ConfigurationError("command", message);
  if (program.trim() === "") throw wrong("The command is empty: it begins with the program to start.");
  if (command.command.some((word) => word.includes("\0"))) throw wrong("The command holds a NUL character.");
  if (isSocket && takesPort(command)) throw wrong("There is no {port} where base_url is a socket file.");
}
