export { discoverProviders, type DiscoverOptions } from "../client/discover.ts";

export { HttpProvider } from "../providers/http-provider.ts";
export { DEFAULT_TIMEOUTS, type HttpProviderOptions } from "../providers/http/options.ts";
export { OpenAICompatibleProvider, type OpenAICompatibleProviderOptions } from "../providers/openai-compatible.ts";
export { HEALTH_TIMEOUTS } from "../providers/http/health.ts";
export { OnDemandProvider, type OnDemandProviderOptions } from "../providers/on-demand/on-demand-provider.ts";
export type { OnDemandCommand } from "../providers/on-demand/command.ts";
export type { OutputLine } from "../providers/on-demand/server-output.ts";
export type { ServerState, ServerStateChange } from "../providers/on-demand/server-state.ts";
export {
  createRegistry,
  type ProviderRegistry,
  type RegisteredProvider,
  type SharedOptions,
} from "../providers/registry.ts";
export type { ConfigSource, ProviderConfig } from "../providers/provider-config.ts";
export type {
  CallOptions,
  InferenceStream,
  LearnedParameter,
  LlmProvider,
  ServerLoad,
  Timeouts,
} from "../providers/provider.ts";

export { PROFILES, profileOf } from "../providers/profiles/catalog.ts";
export type {
  AuthStyle,
  EmbeddingsSupport,
  HealthRoute,
  JsonLoadRoute,
  LoadRoute,
  MetricsLoadRoute,
  ModelDetailRoute,
  ModelListing,
  ModelState,
  Profile,
} from "../providers/profiles/profile.ts";
export { REFERENCE_RULES, type ChatRules, type ReplyRules, type RequestRules } from "../wire/chat-completions/rules.ts";

export type { TlsOptions } from "../providers/transport/tls.ts";
export type { ReplyBody, Transport, TransportReply, TransportRequest } from "../providers/transport/transport.ts";
export { systemClock } from "../providers/transport/system-clock.ts";
export type { Clock, Timer } from "../model/clock.ts";

export {
  AuthError,
  BadRequestError,
  CancelledError,
  ConfigurationError,
  ConnectionError,
  ContentFilterError,
  ContextOverflowError,
  LoadingError,
  ModelNotFoundError,
  OverloadedError,
  PermissionError,
  ProtocolError,
  ProviderError,
  type ProviderErrorOptions,
  QuotaError,
  RateLimitError,
  RouteNotFoundError,
  ServerError,
  TimeoutError,
  TruncatedError,
  UnsupportedError,
} from "../model/errors.ts";
export type { Failure, FailureKind, Fault, Retry, TimeoutPhase, UpstreamAccount } from "../model/failure.ts";

export type { EmbeddingsInput, EmbeddingsRequest, InferenceRequest, ResponseFormat } from "../model/request.ts";
export type {
  AudioPart,
  ContentPart,
  FilePart,
  ImagePart,
  Message,
  OpaquePart,
  RefusalPart,
  Role,
  TextPart,
} from "../model/message.ts";
export type { OpaqueTool, ToolCall, ToolCallProblem, ToolChoice, ToolDefinition } from "../model/tool.ts";
export type { Choice, EmbeddingsResponse, InferenceResponse, ProviderResponse } from "../model/response.ts";
export type { StreamEvent } from "../model/stream-event.ts";
export type { FinishReason } from "../model/finish-reason.ts";
export type { TokenUsage } from "../model/usage.ts";
export type { Health, ModelInfo } from "../model/model-info.ts";
export type { Warning } from "../model/warning.ts";
export type { JsonObject, JsonValue } from "../model/json.ts";
export { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
