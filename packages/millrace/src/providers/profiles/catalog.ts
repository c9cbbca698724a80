import { anthropic } from "./anthropic.ts";
import { openaiCompatible } from "./base.ts";
import { dashscope, deepseek, minimax, moonshot, zai, zhipu } from "./chinese-model-makers.ts";
import { bedrock, vertex, vertexAnthropic } from "./cloud-platforms.ts";
import { anthropicCompatible, responsesCompatible } from "./compatible-servers.ts";
import { embedded } from "./embedded.ts";
import { llamaCppPython, mistralRs, sglang, tgi, vllm } from "./engine-servers.ts";
import { llamaCpp, lmstudio, localai, ollama, ollamaNative } from "./local-servers.ts";
import { cerebras, fireworks, groq, openrouter, together } from "./model-hosts.ts";
import { gemini, geminiOpenai, mistral, perplexity, xai } from "./model-makers.ts";
import { azureOpenai, azureResponses, openai, openaiResponses } from "./openai-services.ts";
import type { Profile } from "./profile.ts";
import { simulator } from "./simulator.ts";

/** Every profile by its id. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  [
    openaiCompatible,
    responsesCompatible,
    anthropicCompatible,
    llamaCpp,
    ollama,
    ollamaNative,
    lmstudio,
    localai,
    vllm,
    sglang,
    tgi,
    mistralRs,
    llamaCppPython,
    openai,
    openaiResponses,
    azureOpenai,
    azureResponses,
    anthropic,
    groq,
    openrouter,
    together,
    fireworks,
    cerebras,
    mistral,
    xai,
    gemini,
    geminiOpenai,
    bedrock,
    vertex,
    vertexAnthropic,
    perplexity,
    deepseek,
    moonshot,
    dashscope,
    zhipu,
    zai,
    minimax,
    embedded,
    simulator,
  ].map((profile) => [profile.id, profile]),
);

/** The profile of that id or alias, in any case of letters. */
export function profileOf(name: string): Profile | undefined {
  const wanted = name.toLowerCase();
  return PROFILES.get(wanted) ?? [...PROFILES.values()].find((profile) => profile.aliases.includes(wanted));
}
