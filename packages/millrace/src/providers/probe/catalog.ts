import type { Probe } from "./probe.ts";
import { cancellation } from "./probes/cancellation.ts";
import { chat } from "./probes/chat.ts";
import { developerRole } from "./probes/developer-role.ts";
import { embeddings } from "./probes/embeddings.ts";
import { errors } from "./probes/errors.ts";
import { jsonSchema } from "./probes/json-schema.ts";
import { reasoning } from "./probes/reasoning.ts";
import { streamedTools } from "./probes/streamed-tools.ts";
import { streaming } from "./probes/streaming.ts";
import { streamUsage } from "./probes/stream-usage.ts";
import { tokenLimit } from "./probes/token-limit.ts";
import { tools } from "./probes/tools.ts";

/** Every probe, in the order in which they run. The later ones hear what the earlier ones were told. */
export const PROBES: readonly Probe[] = [
  chat,
  streaming,
  streamUsage,
  tokenLimit,
  developerRole,
  tools,
  streamedTools,
  jsonSchema,
  reasoning,
  embeddings,
  cancellation,
  errors,
];
