import { openaiCompatible } from "./base.ts";
import { dashscope, deepseek, minimax, moonshot, zai, zhipu } from "./chinese-model-makers.ts";
import { llamaCppPython, mistralRs, sglang, tgi, vllm } from "./engine-servers.ts";
import { llamaCpp, lmstudio, localai, ollama } from "./local-servers.ts";
import { cerebras, fireworks, groq, openrouter, together } from "./model-hosts.ts";
import { geminiOpenai, mistral, perplexity, xai } from "./model-makers.ts";
import { azureOpenai, openai } from "./openai-services.ts";
import type { Profile } from "./profile.ts";
import { simulator } from "./simulator.ts";

/** Every profile by its id. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  [
    openaiCompatible,
    llamaCpp,
    ollama,
    lmstudio,
    localai,
    vllm,
    sglang,
    tgi,
    mistralRs,
    llamaCppPython,
    openai,
    azureOpenai,
    groq,
    openrouter,
    together,
    fireworks,
    cerebras,
    mistral,
    xai,
    geminiOpenai,
    perplexity,
    deepseek,
    moonshot,
    dashscope,
    zhipu,
    zai,
    minimax,
    simulator,
  ].map((profile) => [profile.id, profile]),
);

/** The profile of that id or alias, in any case of letters. */
export function profileOf(name: string): Profile | undefined {
  const wanted = name.toLowerCase();
  return PROFILES.get(wanted) ?? [...PROFILES.values()].find((profile) => profile.aliases.includes(wanted));
}
