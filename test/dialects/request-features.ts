import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import { CONVERSATION_FEATURES } from "./features-conversation.ts";
import { PARAMETER_FEATURES } from "./features-parameters.ts";
import { REASONING_FEATURES } from "./features-reasoning.ts";
import { TOOL_FEATURES } from "./features-tools.ts";
import type { RequestFeature } from "./request-feature.ts";

export const REQUEST_FEATURES: readonly RequestFeature[] = [
  ...CONVERSATION_FEATURES,
  ...TOOL_FEATURES,
  ...REASONING_FEATURES,
  ...PARAMETER_FEATURES,
];

/** What every feature is said beside. */
export const QUESTION: Partial<InferenceRequest> = { messages: [{ role: "user", content: "Hello" }] };
