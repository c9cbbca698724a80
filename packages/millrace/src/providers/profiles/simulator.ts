import { REFERENCE_RULES } from "../../wire/chat-completions/rules.ts";
import { hostedService } from "./base.ts";
import type { Profile } from "./profile.ts";

/** The upstream that is built in: it speaks the reference dialect and runs in the same process. */
export const simulator: Profile = {
  ...hostedService,
  id: "simulator",
  label: "Simulator (built in, no model)",
  aliases: [],
  // Never connected to: requests to it go to the simulator's own transport.
  defaultBaseUrl: "http://simulator.invalid",
  chat: REFERENCE_RULES,
  streams: "pass",
  health: { path: "/health", from: "base" },
};
