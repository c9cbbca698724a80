import { text } from "node:stream/consumers";
import { ModelCatalog } from "../../gateway/catalog.ts";
import type { Target } from "../../gateway/plan.ts";
import { findTargets, needsCatalog } from "../../gateway/routing/names.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { compilePlan } from "../compile-plan.ts";
import type { Settings } from "../config/settings.ts";
import { EXIT, UsageError } from "./exit-code.ts";
import { printError } from "./output.ts";
import { withProviders } from "./provider-access.ts";

/** Asks one model and streams its answer to stdout; its reasoning and how it ended go to stderr. */
export async function chat(
  model: string,
  words: string,
  flags: { readonly config?: string; readonly system?: string },
): Promise<number> {
  const prompt = words === "" ? await text(process.stdin) : words;
  if (prompt.trim() === "") throw new UsageError("There is nothing to ask: give a prompt, or write it to stdin.");
  return withProviders(flags.config, async ({ providers, settings }) => {
    const target = await targetOf(model, settings, providers);
    const interrupted = new AbortController();
    const interrupt = (): void => interrupted.abort();
    process.once("SIGINT", interrupt);
    // Nobody reads on, so nobody should generate on.
    process.stdout.once("error", interrupt);
    const stream = target.provider.inferStream(
      { model: target.model, prompt, ...(flags.system === undefined ? {} : { system: flags.system }) },
      { signal: interrupted.signal },
    );
    for await (const event of stream) {
      if (event.type === "text-delta" || event.type === "refusal-delta") process.stdout.write(event.text);
      else if (event.type === "reasoning-delta") process.stderr.write(event.text);
    }
    const { finishReason, usage, latencyMs } = await stream.response;
    const tokens = usage?.completionTokens === undefined ? "" : `, ${usage.completionTokens} tokens`;
    process.stdout.write("\n");
    printError(`(${finishReason}${tokens}, ${latencyMs} ms)`);
    return EXIT.ok;
  });
}

/** The first target of whatever name a client of the gateway could ask by. */
async function targetOf(model: string, settings: Settings, providers: readonly GatewayProvider[]): Promise<Target> {
  const plan = compilePlan(settings, providers);
  const catalog = new ModelCatalog(plan, systemClock);
  const known = needsCatalog(model, plan) ? await catalog.list() : catalog.latest;
  const named = findTargets({ model, operation: "chat-completions" }, plan, known);
  if ("failure" in named) throw new UsageError(named.failure.message);
  const [target] = named.tiers.flat();
  if (target === undefined) throw new UsageError(`The model ${model} has no targets.`);
  return target;
}
