import type { ProviderError } from "../model/errors.ts";
import type { ModelInfo, Health } from "../model/model-info.ts";
import type { EmbeddingsRequest, InferenceRequest } from "../model/request.ts";
import type { EmbeddingsResponse, ProviderResponse } from "../model/response.ts";
import { failureOf } from "../wire/failure/kinds.ts";
import { cloudSigner } from "./http/cloud-accounts.ts";
import { countTokens } from "./http/count-tokens.ts";
import { answerOf, openConversation } from "./http/conversation.ts";
import { passingEmbeddingsOf, passingOf, reasoningCodec, servedOperations } from "./http/dialects.ts";
import { embed } from "./http/embeddings.ts";
import { forwardBridged } from "./http/forward-bridged.ts";
import { forwardChat } from "./http/forward-chat.ts";
import { forwardCompletion } from "./http/forward-completion.ts";
import { forwardEmbeddings } from "./http/forward-embeddings.ts";
import { forwardNativeEmbeddings } from "./http/forward-native-embeddings.ts";
import { forwardPassing } from "./http/forward-passing.ts";
import { forwardTranslated } from "./http/forward-translated.ts";
import { forwardVectors } from "./http/forward-vectors.ts";
import { askForHeld } from "./http/held-response.ts";
import { checkHealth } from "./http/health.ts";
import { PulledStream } from "./http/inference-stream.ts";
import { LoadReader } from "./http/load-reader.ts";
import { listModels } from "./http/models.ts";
import type { HttpProviderOptions } from "./http/options.ts";
import { withRetries } from "./http/retries.ts";
import { isStarting, untilLoaded } from "./http/until-loaded.ts";
import { settingsOf } from "./http/settings.ts";
import { createTransport } from "./http/transport-choice.ts";
import { type CallContext, Upstream } from "./http/upstream.ts";
import { VectorWidths } from "./http/vector-widths.ts";
import { warnProcess } from "./http/warn-process.ts";
import type {
  CallOptions,
  ForwardOptions,
  ForwardReply,
  ForwardRequest,
  GatewayProvider,
  HeldResponseQuestion,
  InferenceStream,
  LearnedParameter,
  Operation,
  ServerLoad,
  StartWait,
  TokenCountRequest,
} from "./provider.ts";
import { systemClock } from "./transport/system-clock.ts";

type Forward = (upstream: Upstream, request: ForwardRequest, context: CallContext) => Promise<ForwardReply>;

/** How OpenAI's older dialects pass; the others all pass in one way. */
const FORWARDS: Partial<Record<Operation, Forward>> = {
  "chat-completions": forwardChat,
  completions: forwardCompletion,
  embeddings: forwardEmbeddings,
};

/**
 * A model server or account, in whichever dialect it speaks: that, and how it differs from the reference, is the
 * profile's business.
 *
 * @example
 * const cloud = new HttpProvider({ profile: "anthropic", apiKey: "…" });
 * const answer = await cloud.infer({ model: "claude-sonnet-4-5", prompt: "Why is the sky blue?" });
 * console.log(answer.text);
 * await cloud.close();
 */
export class HttpProvider implements GatewayProvider {
  readonly #upstream: Upstream;
  readonly #load: LoadReader;
  readonly #widths = new VectorWidths();
  readonly #operations: readonly Operation[];

  /** @throws {ConfigurationError} where an option cannot be used as it is; there is no fallback */
  constructor(options: HttpProviderOptions = {}) {
    const { clock = systemClock, onWarning = warnProcess } = options;
    const settings = settingsOf(options);
    const transport = options.transport ?? createTransport(settings.profile, { ...options, clock });
    const signer = settings.cloud && cloudSigner(settings.cloud, transport);
    this.#upstream = new Upstream(settings, { transport, isOwn: options.transport === undefined, signer }, clock);
    this.#load = new LoadReader(this.#upstream);
    this.#operations = servedOperations(settings.profile);
    for (const warning of settings.warnings) onWarning(warning);
  }

  get name(): string {
    return this.#upstream.settings.name;
  }

  get providerType(): string {
    return this.#upstream.settings.profile.id;
  }

  get baseUrl(): string {
    return this.#upstream.settings.base.href;
  }

  get local(): boolean {
    return this.#upstream.settings.local;
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  get credentials(): number {
    return this.#upstream.credentials;
  }

  get learned(): readonly LearnedParameter[] {
    return this.#upstream.learned.all();
  }

  infer(request: InferenceRequest, options: CallOptions = {}): Promise<ProviderResponse> {
    const upstream = this.#upstream;
    return withRetries(upstream, options, async (context) => {
      const events = await openConversation(upstream, request, upstream.settings.streamUpstream, context);
      return answerOf(events, upstream);
    });
  }

  inferStream(request: InferenceRequest, options: CallOptions = {}): InferenceStream {
    const upstream = this.#upstream;
    return new PulledStream((stop) => {
      return withRetries(upstream, { ...options, stop }, async (context) => {
        const events = await openConversation(upstream, request, true, context);
        await events.prime();
        return events;
      });
    });
  }

  async embeddings(request: EmbeddingsRequest, options: CallOptions = {}): Promise<EmbeddingsResponse> {
    return withRetries(this.#upstream, options, (context) => embed(this.#upstream, this.#widths, request, context));
  }

  listModels(options: CallOptions = {}): Promise<readonly ModelInfo[]> {
    return withRetries(this.#upstream, options, (context) => listModels(this.#upstream, context));
  }

  async healthCheck(options: CallOptions = {}): Promise<Health> {
    const health = await checkHealth(this.#upstream, options);
    if (health.state === "down") this.#load.forget();
    return health;
  }

  readLoad(options: CallOptions = {}): Promise<ServerLoad | undefined> {
    return this.#load.read(options);
  }

  forward(request: ForwardRequest, options: ForwardOptions = {}): Promise<ForwardReply> {
    const usual = (): Promise<ForwardReply> => this.#forward(request, options);
    const codec = reasoningCodec(this.#upstream.settings.profile);
    return codec === undefined ? usual() : forwardBridged(this.#upstream, request, options, codec, usual);
  }

  async #forward(request: ForwardRequest, options: ForwardOptions): Promise<ForwardReply> {
    const upstream = this.#upstream;
    const { settings, failures } = upstream;
    const { operation } = request;
    if (settings.profile.operations.includes(operation)) {
      const forward = FORWARDS[operation];
      return forward === undefined ? this.#pass(request, options) : forward(upstream, request, options);
    }
    const translated = this.#operations.includes(operation) ? this.#translate(request, options) : undefined;
    if (translated !== undefined) return translated;
    const message = `${settings.profile.label} does not take ${request.operation} requests: ask another provider.`;
    throw failures.error(failureOf("unsupported", message));
  }

  countTokens(request: TokenCountRequest, options: ForwardOptions = {}): Promise<number | undefined> {
    return countTokens(this.#upstream, request, options);
  }

  askForHeld(question: HeldResponseQuestion, options: ForwardOptions = {}): Promise<string> {
    return askForHeld(this.#upstream, question, options);
  }

  #pass(request: ForwardRequest, options: ForwardOptions): Promise<ForwardReply> {
    const { profile } = this.#upstream.settings;
    const vectors = passingEmbeddingsOf(profile, request.operation);
    if (vectors !== undefined) return forwardNativeEmbeddings(this.#upstream, request, vectors, options);
    const passing = passingOf(profile, request.operation);
    if (passing === undefined) throw new RangeError(`The profile ${profile.id} cannot pass ${request.operation} on`);
    const context = request.headers === undefined ? options : { ...options, headers: request.headers };
    return forwardPassing(this.#upstream, request, passing, context);
  }

  #translate(request: ForwardRequest, options: ForwardOptions): Promise<ForwardReply> | undefined {
    const conversation = request.conversation?.();
    if (conversation !== undefined) return forwardTranslated(this.#upstream, request, conversation, options);
    const embeddings = request.embeddings?.();
    return embeddings && forwardVectors(this.#upstream, this.#widths, request, embeddings, options);
  }

  async untilReady(failure: ProviderError, wait: StartWait, options: CallOptions = {}): Promise<boolean> {
    if (!isStarting(this.#upstream, failure)) return false;
    try {
      await untilLoaded(this.#upstream, failure, wait, options);
      return true;
    } catch (error) {
      if (error === failure) return false;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  /** Closes as soon as no call is in flight: for an instance that no new calls go to. */
  async retire(): Promise<void> {
    await this.#upstream.idle();
    await this.#upstream.close();
  }
}
