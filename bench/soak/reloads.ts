import { setTimeout as delay } from "node:timers/promises";
import { configuration, type Version } from "./configuration.ts";
import type { GatewayProcess, LogLine } from "./gateway-process.ts";

/** A reload is a matter of a blink; one that takes longer than this has been forgotten. In milliseconds. */
const PATIENCE_MS = 10_000;

type Step = Version | "SIGHUP";
/** After a file with a mistake, what was in force stays so. */
const STEPS: readonly Step[] = ["second", "SIGHUP", "first", "invalid"];

/** Changes the gateway's configuration again and again, and checks that each change is taken over or refused. */
export class Reloads {
  done = 0;
  /** Changes that had another effect than they should, or none. */
  readonly wrong: string[] = [];
  readonly #gateway: GatewayProcess;
  readonly #upstreamUrl: string;
  #told: (event: string) => void = () => undefined;

  constructor(gateway: GatewayProcess, upstreamUrl: string) {
    this.#gateway = gateway;
    this.#upstreamUrl = upstreamUrl;
  }

  /** To be given every line of the log. */
  heard({ event }: LogLine): void {
    if (event === "reloaded" || event === "reload_failed") this.#told(event);
  }

  /** Changes something every so often until it is told to stop. */
  async run(everyMs: number, signal: AbortSignal): Promise<void> {
    for (let at = 0; ; at += 1) {
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.change(STEPS[at % STEPS.length] ?? "first");
    }
  }

  async change(step: Step): Promise<void> {
    const wanted = step === "invalid" ? "reload_failed" : "reloaded";
    const effect = new Promise<string>((resolve) => {
      this.#told = resolve;
    });
    if (step === "SIGHUP") this.#gateway.reload();
    else this.#gateway.configure(configuration(step, this.#upstreamUrl));
    const told = await Promise.race([effect, delay(PATIENCE_MS, "nothing", { ref: false })]);
    this.done += 1;
    if (told !== wanted) this.wrong.push(`${step}: ${told} instead of ${wanted}`);
  }
}
