import type { FailureKind } from "../../model/failure.ts";

/**
 * The words of `code` and `type` that settle the kind, whatever the status says. Lower case; `_`, `-`, `.`
 * and spaces do not count, so that `InvalidApiKey` and `invalid_api_key` are one word. Nor does what stands before a
 * `#`: AWS writes the namespace there.
 */
const DECISIVE: Partial<Record<FailureKind, readonly string[]>> = {
  auth: [
    "invalid_api_key",
    "api_key_invalid",
    "missing_api_key",
    "incorrect_api_key",
    "authentication_error",
    "authentication_failed",
    "invalid_authentication",
    "invalid_authentication_error",
    "unauthenticated",
    "unauthorized",
    "account_deactivated",
    "invalid_organization",
    // AWS: the key, its signature or its time.
    "unrecognized_client_exception",
    "invalid_client_token_id",
    "invalid_signature_exception",
    "incomplete_signature",
    "incomplete_signature_exception",
    "expired_token_exception",
    "request_expired",
    "missing_authentication_token",
    "missing_authentication_token_exception",
  ],
  permission: [
    "permission_error",
    "permission_denied",
    "permission_denied_error",
    "insufficient_permissions",
    "access_denied",
    "access_denied_exception",
    "forbidden",
    "unsupported_country_region_territory",
    // Google: the API is not offered where the caller is.
    "failed_precondition",
  ],
  quota: [
    "insufficient_quota",
    "insufficient_balance",
    "insufficient_credits",
    "insufficient_funds",
    "exceeded_current_quota_error",
    "billing_error",
    "billing_not_active",
    "billing_hard_limit_reached",
    "payment_required",
    "usage_limit_reached",
    // AWS.
    "service_quota_exceeded_exception",
    // DashScope.
    "arrearage",
    // Zhipu: in arrears; the plan's usage limit is reached.
    "1113",
    "1308",
  ],
  rate_limit: [
    "rate_limit",
    "rate_limited",
    "rate_limit_error",
    "rate_limit_exceeded",
    "rate_limit_reached",
    "rate_limit_reached_error",
    "too_many_requests",
    "resource_exhausted",
    // OpenAI's types of a limit.
    "requests",
    "tokens",
    // DashScope and Bedrock.
    "throttling",
    "throttling_rate_quota",
    "throttling_allocation_quota",
    "throttling_exception",
    // Zhipu: concurrency, frequency, per day, per model.
    "1302",
    "1303",
    "1304",
    "1305",
  ],
  overloaded: [
    "overloaded",
    "overloaded_error",
    "engine_overloaded",
    "engine_overloaded_error",
    "server_overloaded",
    "model_overloaded",
    "capacity_exceeded",
    "slow_down",
  ],
  // Bedrock's is a 429.
  loading: ["model_loading", "loading", "model_cold", "model_not_ready_exception"],
  context_overflow: [
    "context_length_exceeded",
    "context_window_exceeded",
    "context_window_exceeded_error",
    "model_context_window_exceeded",
    "exceed_context_size_error",
    "model_max_prompt_tokens_exceeded",
    "prompt_too_long",
    "tokens_limit_reached",
    // Anthropic, whose limit of bytes is met by long contexts.
    "request_too_large",
    // Zhipu.
    "1261",
  ],
  model_not_found: [
    "model_not_found",
    "model_not_found_error",
    "model_not_found_exception",
    "model_not_exist",
    "model_not_available",
    "model_not_supported",
    "model_decommissioned",
    "invalid_model",
    "unknown_model",
    "deployment_not_found",
    // Moonshot.
    "resource_not_found_error",
    // Bedrock.
    "resource_not_found_exception",
    // Zhipu.
    "1211",
  ],
  route_not_found: ["unknown_url"],
  bad_request: [
    // OpenAI: of a field such as `user`, so it looks like an overflow and is none.
    "string_above_max_length",
    "array_above_max_length",
    "tool_use_failed",
    "json_validate_failed",
  ],
  unsupported: [
    "not_supported_error",
    "not_implemented",
    "not_implemented_error",
    "unimplemented",
    "unsupported_parameter",
    "unsupported_value",
    "unsupported_model_feature",
  ],
  content_filter: [
    "content_filter",
    "content_filter_error",
    "content_policy_violation",
    "responsible_ai_policy_violation",
    "data_inspection_failed",
    "prohibited_content",
    // Zhipu.
    "1301",
  ],
  timeout: [
    "timeout",
    "timeout_error",
    "request_timeout",
    "gateway_timeout",
    "deadline_exceeded",
    // Bedrock.
    "model_timeout_exception",
  ],
};

/**
 * Words that servers use for many things: they count only where neither the message nor the status
 * has said more.
 */
const VAGUE: Partial<Record<FailureKind, readonly string[]>> = {
  bad_request: [
    "invalid_request_error",
    "invalid_request",
    "invalid_argument",
    "invalid_parameter",
    "invalid_parameter_error",
    "bad_request",
    "bad_request_error",
    "unprocessable_entity",
    "unprocessable_entity_error",
    "validation",
    "validation_error",
    "validation_exception",
  ],
  overloaded: [
    "unavailable",
    "unavailable_error",
    "service_unavailable",
    "service_unavailable_error",
    "service_unavailable_exception",
  ],
  route_not_found: ["not_found", "not_found_error"],
  server: ["server_error", "internal_error", "internal_server_error", "internal", "api_error", "generation"],
};

/** MiniMax's `base_resp.status_code`. The same numbers mean other things to other servers. */
const MINIMAX: ReadonlyMap<number, FailureKind> = new Map<number, FailureKind>([
  [1001, "timeout"],
  [1002, "rate_limit"],
  [1004, "auth"],
  [1008, "quota"],
  [1026, "content_filter"],
  [1027, "content_filter"],
  [1039, "rate_limit"],
  [1041, "rate_limit"],
  [2013, "bad_request"],
  [2049, "auth"],
  [2056, "quota"],
]);

const DECISIVE_KINDS = byWord(DECISIVE);
const VAGUE_KINDS = byWord(VAGUE);

/** The kind that a `code` or `type` settles. */
export function kindOfCode(code: string): FailureKind | undefined {
  return DECISIVE_KINDS.get(bare(code));
}

/** The kind that a `code` or `type` suggests. */
export function kindOfVagueCode(code: string): FailureKind | undefined {
  return VAGUE_KINDS.get(bare(code));
}

/** The kind of a MiniMax status code. */
export function kindOfMiniMaxCode(code: number): FailureKind | undefined {
  return MINIMAX.get(code);
}

function byWord(table: Partial<Record<FailureKind, readonly string[]>>): ReadonlyMap<string, FailureKind> {
  const kinds = Object.entries(table) as [FailureKind, readonly string[]][];
  return new Map(kinds.flatMap(([kind, words]) => words.map((word) => [bare(word), kind] as const)));
}

function bare(word: string): string {
  return word
    .slice(word.lastIndexOf("#") + 1)
    .toLowerCase()
    .replace(/[\s._-]/gu, "");
}
