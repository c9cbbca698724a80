import { ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { InferenceResponse } from "../../model/response.ts";
import { redact } from "../transport/headers.ts";

/** What is known beside the failure itself. */
export interface FailureContext {
  readonly partial?: InferenceResponse | undefined;
  /** Content had been received before, although nobody kept it. */
  readonly afterContent?: boolean;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** Turns failures into the errors of one provider: named after it, and without its secrets. */
export class FailureReporter {
  readonly #provider: string;
  readonly #given: () => readonly string[];

  /** @param secrets what must not be shown, as of now: some credentials change */
  constructor(provider: string, secrets: () => readonly string[]) {
    this.#provider = provider;
    this.#given = secrets;
  }

  get #secrets(): readonly string[] {
    const secrets = this.#given();
    // A secret quoted inside a JSON text has its quotes and backslashes escaped.
    const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
    return [...new Set([...escaped, ...secrets])];
  }

  error(failure: Failure, context: FailureContext = {}): ProviderError {
    const { partial, cause } = context;
    return providerError(this.#dress(failure, context), {
      provider: this.#provider,
      ...(partial === undefined ? {} : { partial }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /**
   * What was thrown, as an error of this provider. A defect in this program (anything but a
   * `ProviderError`) stays what it is.
   */
  from(thrown: unknown, context: FailureContext = {}): unknown {
    if (!(thrown instanceof ProviderError)) return thrown;
    if (thrown.provider === this.#provider) return thrown;
    return this.error(thrown.failure, { cause: thrown.cause, partial: thrown.partial, ...context });
  }

  #dress(failure: Failure, context: FailureContext): Failure {
    const requestId = failure.upstream?.requestId ?? context.requestId;
    const named: Failure = {
      ...failure,
      message: `${this.#provider}: ${failure.message}`,
      ...(context.partial === undefined && context.afterContent !== true ? {} : { partial: true }),
      ...(requestId === undefined ? {} : { upstream: { ...failure.upstream, requestId } }),
    };
    return this.#withoutSecrets(named);
  }

  #withoutSecrets(failure: Failure): Failure {
    if (this.#secrets.length === 0) return failure;
    const { upstream, details, param } = failure;
    return {
      ...failure,
      message: redact(failure.message, this.#secrets),
      ...(upstream === undefined ? {} : { upstream: this.#clean(upstream) }),
      ...(details === undefined ? {} : { details: this.#clean(details) }),
      ...(param === undefined ? {} : { param: redact(param, this.#secrets) }),
    };
  }

  /** The same value with every secret in its strings blotted out. */
  #clean<T>(value: T): T;
  #clean(value: unknown): unknown {
    if (typeof value === "string") return redact(value, this.#secrets);
    if (Array.isArray(value)) return value.map((item) => this.#clean(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#clean(item)]));
  }
}
