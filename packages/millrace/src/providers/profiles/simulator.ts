import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { hostedService } from "./base.ts";
import type { Profile } from "./profile.ts";

/** The upstream that is built in: it speaks the reference dialect and runs in the same process. */
export const simulator: Profile = {
  ...hostedService,
  id: "simulator",
  label: "Simulator (built in, no model)",
  aliases: [],
  // Never connected to: `.invalid` resolves nowhere.
  transport: "simulator",
  defaultBaseUrl: "http://simulator.invalid",
  chat: REFERENCE_RULES,
  streams: "pass",
  models: { ...hostedService.models, contextLength: ["context_length"], maxOutputTokens: ["max_output_tokens"] },
  health: { path: "/health", from: "base" },
};
