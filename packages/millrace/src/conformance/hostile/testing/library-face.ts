import { ProviderError } from "../../../model/errors.ts";
import { HttpProvider } from "../../../providers/http-provider.ts";
import type { HostileUpstream } from "../hostile-upstream.ts";
import type { Ending } from "./report.ts";

const QUESTION = { model: "m", prompt: "hi" };

/** How a call of the library to that server ends. */
export async function throughLibrary(
  baseUrl: string,
  { ask, limits = {}, timeouts = {} }: HostileUpstream,
): Promise<Ending> {
  const provider = new HttpProvider({ baseUrl, limits, timeouts, streamUpstream: ask !== "whole" });
  try {
    await CALLS[ask](provider);
    return {};
  } catch (error) {
    if (error instanceof ProviderError) return { error: error.kind, message: error.message };
    return { error: "unclassified", message: String(error) };
  } finally {
    await provider.close();
  }
}

const CALLS: Readonly<Record<HostileUpstream["ask"], (provider: HttpProvider) => Promise<unknown>>> = {
  stream: async (provider) => {
    for await (const event of provider.inferStream(QUESTION)) if (event.type === "finish") return;
  },
  whole: (provider) => provider.infer(QUESTION),
  embeddings: (provider) => provider.embeddings({ model: "m", input: ["hi"] }),
  models: (provider) => provider.listModels(),
};
