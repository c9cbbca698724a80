import { onTestFinished } from "vitest";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../../conformance/scripted-upstream/scripted-upstream.ts";
import { OpenAICompatibleProvider } from "../../openai-compatible.ts";
import type { OpenAICompatibleProviderOptions } from "../options.ts";

/** A provider called `desk`, and the server it calls. */
export interface Desk {
  readonly provider: OpenAICompatibleProvider;
  readonly upstream: ScriptedUpstream;
}

/** Starts a server that does what the script says, and a provider for it; both end with the test. */
export async function openDesk(script: Script, options: OpenAICompatibleProviderOptions = {}): Promise<Desk> {
  const upstream = await createScriptedUpstream(script);
  const provider = new OpenAICompatibleProvider({ name: "desk", baseUrl: upstream.url, ...options });
  onTestFinished(async () => {
    await provider.close();
    await upstream.close();
  });
  return { provider, upstream };
}
