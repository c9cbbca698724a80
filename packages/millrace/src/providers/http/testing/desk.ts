import { onTestFinished } from "vitest";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../../conformance/scripted-upstream/scripted-upstream.ts";
import { HttpProvider } from "../../http-provider.ts";
import type { HttpProviderOptions } from "../options.ts";

/** A provider called `desk`, and the server it calls. */
export interface Desk {
  readonly provider: HttpProvider;
  readonly upstream: ScriptedUpstream;
}

/** Starts a server that does what the script says, and a provider for it; both end with the test. */
export async function openDesk(script: Script, options: HttpProviderOptions = {}): Promise<Desk> {
  const upstream = await createScriptedUpstream(script);
  const provider = new HttpProvider({ name: "desk", baseUrl: upstream.url, ...options });
  onTestFinished(async () => {
    await provider.close();
    await upstream.close();
  });
  return { provider, upstream };
}
