import type { CancelSignal } from "../../packages/millrace/src/model/cancellation.ts";
import type { ProviderError } from "../../packages/millrace/src/model/errors.ts";
import type { Health, ModelInfo } from "../../packages/millrace/src/model/model-info.ts";
import type { ServerSpec } from "../../packages/millrace/src/conformance/fleet/server-spec.ts";
import type { SubjectPorts } from "../../packages/millrace/src/conformance/fleet/fleet-subject.ts";
import { modelInfo, ScriptedProvider } from "../../packages/millrace/src/gateway/testing/scripted-provider.ts";
import type { CallOptions, ServerLoad, StartWait } from "../../packages/millrace/src/providers/provider.ts";
import { failureOf } from "../../packages/millrace/src/wire/failure/kinds.ts";

const POLL_MS = 500;

/** A server of the simulated fleet as the gateway knows providers: what it says of itself. Calls go past it. */
export class SimulatedProvider extends ScriptedProvider {
  /** How often somebody looked whether it has started. */
  looks = 0;
  readonly #spec: ServerSpec;
  readonly #ports: SubjectPorts;

  constructor(spec: ServerSpec, ports: SubjectPorts) {
    super(spec.name);
    this.#spec = spec;
    this.#ports = ports;
  }

  override healthCheck(): Promise<Health> {
    return this.#said(this.#health());
  }

  override readLoad(): Promise<ServerLoad | undefined> {
    const { loaded, running, slots, waiting } = this.#ports.look(this.name);
    return this.#said({ slots, running, waiting, ...(loaded !== undefined && { loaded }) });
  }

  override listModels(): Promise<readonly ModelInfo[]> {
    const { loaded } = this.#ports.look(this.name);
    const models = this.#spec.models ?? [];
    return this.#said(
      models.map(({ model }) =>
        modelInfo(this.name, model, { state: loaded?.includes(model) === false ? "unloaded" : "ready" }),
      ),
    );
  }

  #said<T>(answer: T): Promise<T> {
    const said = Promise.resolve(answer);
    this.#ports.underWay(said);
    return said;
  }

  #health(): Health {
    if (this.#ports.look(this.name).up) return { healthy: true, state: "up", latencyMs: 1 };
    const failure = failureOf("connection", `${this.name} refused the connection (ECONNREFUSED).`);
    return { healthy: false, state: "down", latencyMs: 1, failure };
  }

  /** Looks again and again until the server has a model loaded. */
  override untilReady(failure: ProviderError, wait: StartWait, options: CallOptions = {}): Promise<boolean> {
    const { clock, look } = this.#ports;
    const { signal } = options;
    const deadlineMs = clock.now() + (failure.kind === "loading" ? wait.loadingMs : wait.absentMs);
    return new Promise((resolve, reject) => {
      const again = (): void => {
        if (signal?.aborted === true) return;
        this.looks += 1;
        const { loaded, up } = look(this.name);
        if (up && loaded?.length !== 0) resolve(true);
        else if (clock.now() >= deadlineMs) resolve(false);
        else clock.setTimer(POLL_MS, again);
      };
      onceAborted(signal, () => reject(failureOf("cancelled", "Nobody waits any more.")));
      again();
    });
  }
}

function onceAborted(signal: CancelSignal | undefined, callback: () => void): void {
  signal?.addEventListener("abort", callback);
}
