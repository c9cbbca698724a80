import type { Failure, FailureKind } from "./failure.ts";
import type { InferenceResponse } from "./response.ts";

export interface ProviderErrorOptions {
  /** The name of the provider instance that failed. */
  readonly provider?: string;
  /** What had arrived before it failed: text, reasoning and complete tool calls. */
  readonly partial?: InferenceResponse;
  readonly cause?: unknown;
}

/**
 * A call failed. `kind` says how; `failure` holds everything known, as plain data.
 *
 * Each kind has a subclass of its own ({@link providerError} picks it), so both
 * `error instanceof RateLimitError` and `error.kind === "rate_limit"` work.
 */
export class ProviderError extends Error {
  override readonly name: string = "ProviderError";
  readonly failure: Failure;
  readonly provider: string | undefined;
  readonly partial: InferenceResponse | undefined;

  constructor(failure: Failure, options: ProviderErrorOptions = {}) {
    super(failure.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failure = failure;
    this.provider = options.provider;
    this.partial = options.partial;
  }

  get kind(): FailureKind {
    return this.failure.kind;
  }
  /** The HTTP status: the upstream's own where it gave one, else the one that fits the kind. */
  get status(): number {
    return this.failure.upstream?.status ?? this.failure.status;
  }
  /** The upstream's code where it gave one, else ours. */
  get code(): string | number {
    return this.failure.upstream?.code ?? this.failure.code;
  }
  get upstreamMessage(): string | undefined {
    return this.failure.upstream?.message;
  }
  get requestId(): string | undefined {
    return this.failure.upstream?.requestId;
  }
  get retryAfterMs(): number | undefined {
    return this.failure.retryAfterMs;
  }
  /** Whether sending the same request to the same target again may succeed. */
  get retryable(): boolean {
    return this.failure.retry === "same";
  }
}

export class AuthError extends ProviderError {
  override readonly name = "AuthError";
}
export class PermissionError extends ProviderError {
  override readonly name = "PermissionError";
}
export class QuotaError extends ProviderError {
  override readonly name = "QuotaError";
}
export class RateLimitError extends ProviderError {
  override readonly name = "RateLimitError";
}
export class OverloadedError extends ProviderError {
  override readonly name = "OverloadedError";
}
export class LoadingError extends ProviderError {
  override readonly name = "LoadingError";
}
export class ContextOverflowError extends ProviderError {
  override readonly name = "ContextOverflowError";
}
export class ModelNotFoundError extends ProviderError {
  override readonly name = "ModelNotFoundError";
}
export class RouteNotFoundError extends ProviderError {
  override readonly name = "RouteNotFoundError";
}
export class BadRequestError extends ProviderError {
  override readonly name = "BadRequestError";
}
export class UnsupportedError extends ProviderError {
  override readonly name = "UnsupportedError";
}
export class ContentFilterError extends ProviderError {
  override readonly name = "ContentFilterError";
}
export class TimeoutError extends ProviderError {
  override readonly name = "TimeoutError";
}
export class ConnectionError extends ProviderError {
  override readonly name = "ConnectionError";
}
export class TruncatedError extends ProviderError {
  override readonly name = "TruncatedError";
}
export class ProtocolError extends ProviderError {
  override readonly name = "ProtocolError";
}
export class ServerError extends ProviderError {
  override readonly name = "ServerError";
}
export class CancelledError extends ProviderError {
  override readonly name = "CancelledError";
}

const CLASS_OF_KIND: Record<FailureKind, typeof ProviderError> = {
  auth: AuthError,
  permission: PermissionError,
  quota: QuotaError,
  rate_limit: RateLimitError,
  overloaded: OverloadedError,
  loading: LoadingError,
  context_overflow: ContextOverflowError,
  model_not_found: ModelNotFoundError,
  route_not_found: RouteNotFoundError,
  bad_request: BadRequestError,
  unsupported: UnsupportedError,
  content_filter: ContentFilterError,
  timeout: TimeoutError,
  connection: ConnectionError,
  truncated: TruncatedError,
  protocol: ProtocolError,
  server: ServerError,
  cancelled: CancelledError,
};

/** The error of the class that belongs to the failure's kind. */
export function providerError(failure: Failure, options: ProviderErrorOptions = {}): ProviderError {
  return new CLASS_OF_KIND[failure.kind](failure, options);
}

/**
 * A provider could not be set up as asked: an unreadable certificate, a pin that is no pin, a base
 * URL that is no URL, a key with a line break. Thrown at construction; there is no fallback.
 */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  /** The setting at fault, such as `tls.client_key`. */
  readonly setting: string;

  constructor(setting: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.setting = setting;
  }
}
