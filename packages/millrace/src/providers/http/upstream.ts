import type { CancelSignal } from "../../model/cancellation.ts";
import type { Clock } from "../../model/clock.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { classify } from "../../wire/failure/classify.ts";
import { ProviderError } from "../../model/errors.ts";
import type { ForwardOptions, Timeouts } from "../provider.ts";
import type { RequestSigner } from "../signing/signer.ts";
import type { Transport } from "../transport/transport.ts";
import { CallLease } from "./call-lease.ts";
import { callHeaders } from "./call-headers.ts";
import { FailureReporter } from "./failure-reporter.ts";
import { LearnedParameters } from "./learned-parameters.ts";
import type { Settings } from "./settings.ts";
import { UpstreamReply } from "./upstream-reply.ts";

type Headers = Readonly<Record<string, string>>;

/** One HTTP call to the server. */
export interface UpstreamRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Absolute. */
  readonly url: string;
  /** JSON. */
  readonly body?: Uint8Array | string | readonly Uint8Array[];
  /** A stream is asked for, so the reply must not be held back to compress it. */
  readonly stream: boolean;
  /** The header that carries the key this time, where it is not the usual one. */
  readonly keyHeader?: string;
}

/** What a call is made with: the caller's options, and any further signal that ends it. */
export interface CallContext extends ForwardOptions {
  readonly stop?: CancelSignal;
}

/** How requests leave. */
export interface Way {
  readonly transport: Transport;
  /** The connections are closed with the provider. */
  readonly isOwn: boolean;
  readonly signer?: RequestSigner | undefined;
}

/**
 * The one way from a provider to its server: adds what every request carries, keeps account of the calls
 * in flight, and turns every failure into an error of this provider.
 */
export class Upstream {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly failures: FailureReporter;
  readonly learned: LearnedParameters;
  readonly #transport: Transport;
  readonly #ownsTransport: boolean;
  readonly #signer: RequestSigner | undefined;
  readonly #inFlight = new Set<CallLease>();
  /** By key: of a POST without headers of its own, which nearly every call is. */
  readonly #usualHeaders: readonly { readonly stream: Headers; readonly whole: Headers }[];
  /** The latest timeouts of a caller, and what they come to: a gateway gives the same ones with every call. */
  #latestTimeouts: { readonly own: Partial<Timeouts>; readonly complete: Timeouts } | undefined;
  #atWork = 0;
  #worked = 0;
  #closed = false;
  #whenIdle: (() => void)[] = [];
  readonly #successful = (reply: UpstreamReply): UpstreamReply | Promise<never> =>
    reply.status >= 200 && reply.status < 300 ? reply : this.#refuse(reply);
  readonly #ended = (lease: CallLease): void => {
    this.#inFlight.delete(lease);
    if (lease.isWork) this.#atWork -= 1;
    if (this.#inFlight.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  };

  constructor(settings: Settings, { transport, isOwn, signer }: Way, clock: Clock) {
    this.settings = settings;
    this.clock = clock;
    this.learned = new LearnedParameters(clock);
    this.failures = new FailureReporter(settings.name, () => [...settings.secrets, ...(signer?.secrets ?? [])]);
    this.#transport = transport;
    this.#ownsTransport = isOwn;
    this.#signer = signer;
    this.#usualHeaders = Array.from({ length: this.credentials }, (_, credential) => ({
      stream: Object.freeze(callHeaders(settings, { body: "", stream: true, credential })),
      whole: Object.freeze(callHeaders(settings, { body: "", stream: false, credential })),
    }));
  }

  /** How many keys a call can choose from; having none is one way too. */
  get credentials(): number {
    return Math.max(1, this.settings.keys.length);
  }

  /** Calls that the server works for: those in flight, and all there ever were. */
  get work(): { readonly inFlight: number; readonly total: number } {
    return { inFlight: this.#atWork, total: this.#worked };
  }

  /** Sends, and gives the reply if it says success; anything else is thrown as a `ProviderError`. */
  call(request: UpstreamRequest, context: CallContext): Promise<UpstreamReply> {
    return this.exchange(request, context).then(this.#successful);
  }

  /** Sends, and gives the reply whatever its status. */
  async exchange(request: UpstreamRequest, context: CallContext): Promise<UpstreamReply> {
    if (this.#closed) throw this.failures.error(closed());
    const lease = this.#lease(context, request.method === "POST");
    try {
      const { body } = request;
      const headers = this.#headers(request, context);
      const reply = await this.#transport.send({
        method: request.method,
        url: request.url,
        headers: this.#signer === undefined ? headers : await this.#signed(this.#signer, request, headers),
        ...(body === undefined ? {} : { body }),
        signal: lease,
        timeouts: this.#timeouts(context.timeouts),
      });
      return new UpstreamReply(reply, lease, this.failures);
    } catch (error) {
      lease.end();
      throw this.failures.from(error);
    }
  }

  /** Cancels the calls in flight and ends the connections. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const lease of this.#inFlight) lease.cancel();
    if (this.#ownsTransport) await this.#transport.close();
  }

  /** Resolves when no call is in flight. */
  idle(): Promise<void> {
    if (this.#inFlight.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #headers(request: UpstreamRequest, { headers: own, credential = 0, via }: CallContext): Headers {
    const usual = this.#usualHeaders[credential];
    if (
      usual === undefined ||
      own !== undefined ||
      via !== undefined ||
      request.body === undefined ||
      request.keyHeader !== undefined
    ) {
      return callHeaders(this.settings, { ...request, own, credential, via });
    }
    return request.stream ? usual.stream : usual.whole;
  }

  async #signed(
    signer: RequestSigner,
    { method, url, body = "" }: UpstreamRequest,
    headers: Headers,
  ): Promise<Headers> {
    return { ...headers, ...(await signer.headers({ method, url, headers, body }, this.clock.wallNow())) };
  }

  #timeouts(own: Partial<Timeouts> | undefined): Timeouts {
    if (own === undefined) return this.settings.timeouts;
    if (this.#latestTimeouts?.own !== own) {
      this.#latestTimeouts = { own, complete: { ...this.settings.timeouts, ...own } };
    }
    return this.#latestTimeouts.complete;
  }

  #lease(context: CallContext, isWork: boolean): CallLease {
    const lease = new CallLease(sourcesOf(context), isWork, this.#ended);
    if (isWork) {
      this.#atWork += 1;
      this.#worked += 1;
    }
    this.#inFlight.add(lease);
    return lease;
  }

  /** Throws what a reply with an error status says. */
  async #refuse(reply: UpstreamReply): Promise<never> {
    const body = await this.#errorBody(reply);
    const { status, headers, requestId } = reply;
    throw this.failures.error(classify({ status, headers, body, wallNowMs: this.clock.wallNow() }), { requestId });
  }

  /** Servers cut connections after an error: what of the body did come is enough, and so is nothing. */
  async #errorBody(reply: UpstreamReply): Promise<string> {
    try {
      return await reply.text({ maxBytes: this.settings.limits.errorBodyBytes, cut: true });
    } catch (error) {
      if (error instanceof ProviderError && error.kind === "cancelled") throw error;
      return "";
    }
  }
}

function sourcesOf({ signal, stop }: CallContext): readonly CancelSignal[] {
  if (stop === undefined) return signal === undefined ? [] : [signal];
  return signal === undefined ? [stop] : [signal, stop];
}

/** For a call that comes too late, as after a change of the configuration: others may still serve it. */
function closed(): Failure {
  const message = "The provider is closed: calls have to be made before.";
  return failureOf("connection", message, { fault: "gateway", code: "provider_closed", retry: "elsewhere" });
}
