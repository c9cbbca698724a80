/** A request as it is going to be sent. */
export interface SignableRequest {
  readonly method: string;
  readonly url: string;
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | readonly Uint8Array[];
}

/** Lets a server know who is calling where that takes more than a header that is always the same. */
export interface RequestSigner {
  /**
   * The headers to send with a request beside its own; lower-case names. Throws a `ProviderError` where they cannot be
   * had.
   *
   * @param nowMs milliseconds since the epoch
   */
  headers(request: SignableRequest, nowMs: number): Promise<Readonly<Record<string, string>>>;
  /** What must never be shown, as of now: servers quote what they were sent. */
  readonly secrets: readonly string[];
}
