import { text } from "node:stream/consumers";
import type { GatewayProvider } from "../../providers/provider.ts";
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
    const target = targetOf(model, settings, providers);
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

function targetOf(
  model: string,
  settings: Settings,
  providers: readonly GatewayProvider[],
): { readonly provider: GatewayProvider; readonly model: string } {
  const reference = settings.models.get(model)?.tiers[0]?.[0]?.target ?? model;
  const slash = reference.indexOf("/");
  const provider = providers.find(({ name }) => name === reference.slice(0, slash));
  if (provider) return { provider, model: reference.slice(slash + 1) };
  const names = providers.map(({ name }) => name).join(", ");
  throw new UsageError(`There is no model ${JSON.stringify(model)}. Write provider/model; the providers are ${names}.`);
}
