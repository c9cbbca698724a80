import { hostedService, PLAIN_LISTING, takes } from "./base.ts";
import type { Profile } from "./profile.ts";

/** Standard increments; usage rides in the finish chunk, which clients read where it stands. */
export const deepseek: Profile = {
  ...hostedService,
  id: "deepseek",
  label: "DeepSeek",
  aliases: [],
  defaultBaseUrl: "https://api.deepseek.com",
  auth: { scheme: "bearer", keyVariables: ["DEEPSEEK_API_KEY"] },
  operations: ["chat-completions"],
  // Newer models want their reasoning back with tool calls. Content that is an array is a 400 or 422 (litellm#6642).
  chat: takes({
    tokenLimitField: "max_tokens",
    developerRole: "system",
    stringContent: ["system", "user", "assistant", "tool"],
    refusedParameters: ["store"],
  }),
  streams: "pass",
};

/**
 * Usage may stand inside a choice or in a frame without choices: mended. Reasoning has to come back with tool
 * calls, but not as an empty string. Keys are of one region: the other is at `api.moonshot.cn`.
 */
export const moonshot: Profile = {
  ...hostedService,
  id: "moonshot",
  label: "Moonshot (Kimi)",
  aliases: ["kimi"],
  defaultBaseUrl: "https://api.moonshot.ai",
  auth: { scheme: "bearer", keyVariables: ["MOONSHOT_API_KEY"] },
  operations: ["chat-completions"],
  chat: takes({ tokenLimitField: "max_tokens", developerRole: "system", emptyReasoningInHistory: "omit" }),
  models: { ...PLAIN_LISTING, contextLength: ["context_length"], defaultState: "ready" },
};

/**
 * Later deltas of a tool call have an empty id: mended. It thinks only while it streams, so it is always asked to.
 * Keys are of one region: China's is at `dashscope.aliyuncs.com`.
 */
export const dashscope: Profile = {
  ...hostedService,
  id: "dashscope",
  label: "DashScope (Qwen)",
  aliases: ["qwen", "aliyun"],
  defaultBaseUrl: "https://dashscope-intl.aliyuncs.com",
  versionSegment: "/compatible-mode/v1",
  auth: { scheme: "bearer", keyVariables: ["DASHSCOPE_API_KEY"] },
  operations: ["chat-completions", "embeddings"],
  streamUpstream: true,
  // Its newest embedding models take no more at once.
  embeddings: { encodingFormat: "float", maxInputs: 10 },
};

/**
 * A finish may be the empty string on every chunk, and a full window is a finish reason of its own: mended. It
 * refuses `store`, and its version is `/v4` below a path of its own.
 */
export const zhipu: Profile = {
  ...hostedService,
  id: "zhipu",
  label: "Zhipu (BigModel)",
  aliases: ["bigmodel", "glm"],
  defaultBaseUrl: "https://open.bigmodel.cn",
  versionSegment: "/api/paas/v4",
  auth: { scheme: "bearer", keyVariables: ["ZHIPUAI_API_KEY", "ZHIPU_API_KEY"] },
  operations: ["chat-completions", "embeddings"],
  chat: takes({ tokenLimitField: "max_tokens", developerRole: "system", refusedParameters: ["store"] }),
  embeddings: { encodingFormat: "unset", maxInputs: 64 },
};

/** The same service outside China, with keys of its own, and no embeddings that anybody has described. */
export const zai: Profile = {
  ...zhipu,
  id: "zai",
  label: "Z.ai",
  aliases: ["z.ai", "z-ai"],
  defaultBaseUrl: "https://api.z.ai",
  auth: { scheme: "bearer", keyVariables: ["ZAI_API_KEY", "Z_AI_API_KEY"] },
  operations: ["chat-completions"],
  embeddings: { encodingFormat: "unset" },
};

/**
 * Choices and calls may be null, and errors come as `base_resp` in a 200: mended. A temperature of 0 is refused.
 * Its models think in the text and want that text back, so it is left where it is.
 */
export const minimax: Profile = {
  ...hostedService,
  id: "minimax",
  label: "MiniMax",
  aliases: [],
  defaultBaseUrl: "https://api.minimax.io",
  auth: { scheme: "bearer", keyVariables: ["MINIMAX_API_KEY"] },
  operations: ["chat-completions"],
  chat: takes({ tokenLimitField: "max_tokens", developerRole: "system", lowestTemperature: 0.01 }),
};
