import { openaiCompatible } from "./base.ts";
import {
  azureOpenai,
  deepseek,
  geminiOpenai,
  groq,
  mistral,
  openai,
  openrouter,
  together,
  xai,
} from "./hosted-services.ts";
import { llamaCpp, lmstudio, localai, ollama, sglang, vllm } from "./local-servers.ts";
import type { Profile } from "./profile.ts";
import { simulator } from "./simulator.ts";

/** Every profile by its id. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map(
  [
    openaiCompatible,
    llamaCpp,
    ollama,
    vllm,
    lmstudio,
    localai,
    sglang,
    openai,
    azureOpenai,
    groq,
    mistral,
    deepseek,
    xai,
    openrouter,
    together,
    geminiOpenai,
    simulator,
  ].map((profile) => [profile.id, profile]),
);

/** The profile of that id or alias, in any case of letters. */
export function profileOf(name: string): Profile | undefined {
  const wanted = name.toLowerCase();
  return PROFILES.get(wanted) ?? [...PROFILES.values()].find((profile) => profile.aliases.includes(wanted));
}
