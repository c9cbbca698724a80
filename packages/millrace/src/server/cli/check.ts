import { systemClock } from "../../providers/transport/system-clock.ts";
import { loadSettings } from "../config/load.ts";
import { type ModelSetting, modelText } from "../config/model-setting.ts";
import type { Settings } from "../config/settings.ts";
import { makeProviders } from "../make-providers.ts";
import { EXIT, UsageError } from "./exit-code.ts";
import { print, printJson, printWarning, table } from "./output.ts";
import { addressOf, placeOf } from "./report-found.ts";

/** Reads the file as `serve` would, makes every provider without calling it, and says what the file means. */
export async function check(flags: { readonly config?: string; readonly json: boolean }): Promise<number> {
  if (flags.config === undefined) throw new UsageError("check needs --config FILE.");
  const settings = await loadSettings(flags.config, process.env);
  const registry = makeProviders(settings.providers, settings, { clock: systemClock, onWarning: printWarning });
  await registry.close();
  if (flags.json) printJson(asData(settings));
  else print(`${flags.config} is fine.\n${meaning(settings)}`);
  return EXIT.ok;
}

function meaning(settings: Settings): string {
  return table([
    ["listen", `${settings.listen.host}:${settings.listen.port}`],
    ...settings.providers.map((config) => [
      `provider ${config.name}`,
      `${config.profile} ${placeOf(addressOf(config))}`,
    ]),
    ...[...settings.models].map(([name, model]) => [`model ${name}`, modelText(model)]),
    ...settings.keys.map(({ name, models }) => [
      `key ${name}`,
      models === undefined ? "every model" : models.join(", "),
    ]),
    ...(settings.keys.length === 0 ? [["keys", "none: everyone who can connect may call"]] : []),
  ]);
}

/** Never the keys themselves. */
function asData({ listen, providers, models, keys }: Settings): object {
  return {
    listen,
    providers: providers.map(({ name, profile, baseUrl, apiKey, apiKeys = [] }) => ({
      name,
      profile,
      base_url: baseUrl,
      has_key: apiKey !== undefined || apiKeys.length > 0,
    })),
    models: Object.fromEntries([...models].map(([name, model]) => [name, modelData(model)])),
    keys: keys.map(({ name, models: allowed }) => ({ name, models: allowed })),
  };
}

function modelData(model: ModelSetting): object {
  const { strategy, affinity, hedge, onContextOverflow, onRefusal } = model;
  return {
    targets: model.tiers.map((tier) => tier.map(({ target, weight }) => ({ target, weight }))),
    strategy,
    affinity,
    hedge,
    on_context_overflow: onContextOverflow,
    on_refusal: onRefusal,
  };
}
