import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { MODEL } from "./upstream/dialect.ts";
import type { ScriptedUpstream } from "./upstream/scripted-upstream.ts";

/** Short, so that a server that falls silent is noticed within a test. */
const IDLE = "1s";

/** The built gateway in front of one scripted upstream. */
export function startGateway({ dialect, baseUrl, fault }: ScriptedUpstream): Promise<MillraceProcess> {
  // Any server can break off. A flaw that has to be lived with is not the dialect's maker's own.
  const isImitator = fault?.expects === "passes" && dialect.imitators !== undefined;
  const profile = isImitator ? dialect.imitators : dialect.profile;
  const provider = `{ profile: ${profile}, base_url: "${baseUrl}", api_key: dummy, timeouts: { idle: ${IDLE} } }`;
  return startMillrace({
    config: `probe_interval: 0\nproviders:\n  up: ${provider}\nmodels:\n  ${MODEL}: ["up/${dialect.modelId}"]\n`,
  });
}
