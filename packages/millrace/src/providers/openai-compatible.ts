import { HttpProvider } from "./http-provider.ts";
import type { HttpProviderOptions } from "./http/options.ts";

/** How to reach a model server, and how patient to be with it. Everything has a default. */
export type OpenAICompatibleProviderOptions = HttpProviderOptions;

/**
 * A model server or account that speaks OpenAI's dialect, or something close to it: how it differs is the
 * profile's business.
 *
 * @example
 * const desk = new OpenAICompatibleProvider({ name: "desk", profile: "llama.cpp" });
 * const answer = await desk.infer({ model: "qwen3-8b", prompt: "Why is the sky blue?" });
 * console.log(answer.text);
 * await desk.close();
 */
export class OpenAICompatibleProvider extends HttpProvider {}
