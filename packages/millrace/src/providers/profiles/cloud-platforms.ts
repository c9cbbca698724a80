import { BEDROCK_RULES } from "../../wire/converse/rules.ts";
import { VERTEX_GEMINI_RULES } from "../../wire/generate-content/rules.ts";
import { VERTEX_MESSAGES_RULES } from "../../wire/messages/rules.ts";
import { hostedService } from "./base.ts";
import type { CloudPlatform, Profile } from "./profile.ts";

/** Lists stand at other addresses than models do, so models are named by whoever asks. */
const NO_LIST = { contextLength: [], maxOutputTokens: [], parameters: [], defaultState: "ready" } as const;

/** Amazon Bedrock, by Converse: one form for the models of many makers. */
export const bedrock: Profile = {
  ...hostedService,
  id: "bedrock",
  label: "Amazon Bedrock",
  aliases: ["aws-bedrock"],
  platform: { name: "aws", regionalUrl: "https://bedrock-runtime.{region}.amazonaws.com" },
  versionSegment: "",
  auth: { scheme: "bearer", keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"] },
  operations: [],
  conversation: { name: "converse", rules: BEDROCK_RULES },
  models: NO_LIST,
  // There is no such route: an empty request to a model then tells whether the service is there.
  health: { path: "/ping", from: "base" },
};

const VERTEX_LOCATION = "/v1/projects/{project}/locations/{location}";
const VERTEX = {
  name: "google",
  regionalUrl: `https://{location}-aiplatform.googleapis.com${VERTEX_LOCATION}`,
  globalUrl: `https://aiplatform.googleapis.com${VERTEX_LOCATION}`,
  multiRegionUrl: `https://aiplatform.{location}.rep.googleapis.com${VERTEX_LOCATION}`,
} as const satisfies CloudPlatform;

/** Gemini's models on Google's Vertex AI. */
export const vertex: Profile = {
  ...hostedService,
  id: "vertex",
  label: "Vertex AI (Gemini)",
  aliases: ["vertex-ai"],
  platform: VERTEX,
  versionSegment: "",
  auth: { scheme: "bearer", keyVariables: [] },
  operations: ["generate-content", "generate-content-array"],
  conversation: { name: "generate-content", rules: VERTEX_GEMINI_RULES },
  streams: "pass",
  models: NO_LIST,
  health: { path: "/ping", from: "base" },
};

/** Anthropic's models there. */
export const vertexAnthropic: Profile = {
  ...hostedService,
  id: "vertex-anthropic",
  label: "Vertex AI (Anthropic)",
  aliases: [],
  platform: VERTEX,
  versionSegment: "",
  auth: { scheme: "bearer", keyVariables: [] },
  operations: ["messages"],
  conversation: { name: "messages", rules: VERTEX_MESSAGES_RULES },
  streams: "pass",
  models: NO_LIST,
  health: { path: "/ping", from: "base" },
};
