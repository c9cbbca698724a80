import { randomUUID } from "node:crypto";
import { providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { isObject } from "../../wire/json/read.ts";
import { refuseBody } from "../../wire/assembly/request-checks.ts";
import { cancelled } from "../transport/call-failure.ts";
import { wholeBody } from "../transport/request-body.ts";
import type { Transport, TransportReply, TransportRequest } from "../transport/transport.ts";
import { answerChat } from "./answer-chat.ts";
import { answerEmbeddings } from "./answer-embeddings.ts";
import type { EmbeddedServer, Handler } from "./embedded-server.ts";
import { EmbeddedCall } from "./embedded-call.ts";
import { packageMissing } from "./engine-failures.ts";
import { findEnginePackage } from "./engine-package.ts";
import { checkModelFile, modelIdOf } from "./model-file.ts";
import { ModelKeeper } from "./model-keeper.ts";
import { type EmbeddedOptions, embeddedSettings } from "./options.ts";
import { Slots } from "./slots.ts";
import { describeHealth, describeLoad, describeModels } from "./descriptions.ts";
import { startThreadEngine } from "./thread/thread-engine.ts";

/**
 * A way out that leads nowhere: a model in a file answers, in a thread of this process. Nothing is loaded before it is
 * first asked.
 *
 * @throws {ConfigurationError} where an option cannot be used as it is
 */
export function createEmbeddedTransport(options: EmbeddedOptions): Transport {
  return new EmbeddedTransport(options);
}

const ROUTES: Readonly<Partial<Record<TransportRequest["method"], ReadonlyMap<string, Handler>>>> = {
  GET: new Map([
    ["/health", describeHealth],
    ["/models", describeModels],
    ["/load", describeLoad],
  ]),
  POST: new Map([
    ["/chat/completions", answerChat],
    ["/embeddings", answerEmbeddings],
  ]),
};

class EmbeddedTransport implements Transport {
  readonly #server: EmbeddedServer;
  readonly #calls = new Set<EmbeddedCall>();
  #closed = false;

  constructor({ clock, model, packageFolders = [process.cwd()], startEngine = startThreadEngine }: EmbeddedOptions) {
    const { file, context, slots, threads, gpu, idleMs } = embeddedSettings(model);
    const keeper = new ModelKeeper({
      clock,
      file,
      idleMs,
      obstacle: async () => (await checkModelFile(file)) ?? packageObstacle(packageFolders),
      start: () =>
        startEngine({
          packagePath: findEnginePackage(packageFolders) ?? "",
          modelPath: file,
          contextTokens: context,
          slots,
          gpu,
          ...(threads === undefined ? {} : { threads }),
        }),
    });
    this.#server = { modelId: modelIdOf(file), contextTokens: context, clock, keeper, slots: new Slots(slots) };
  }

  send(request: TransportRequest): Promise<TransportReply> {
    if (this.#closed) return Promise.reject(cancelled());
    const { pathname, host } = new URL(request.url);
    const call = new EmbeddedCall({
      clock: this.#server.clock,
      request,
      host,
      onEnd: () => void this.#calls.delete(call),
    });
    this.#calls.add(call);
    call.start();
    if (!call.left.aborted) void this.#answer(call, request, pathname.replace(/^\/v1(?=\/)/u, ""));
    return call.reply;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
    await this.#server.keeper.close();
  }

  async #answer(call: EmbeddedCall, request: TransportRequest, path: string): Promise<void> {
    try {
      const handler = ROUTES[request.method]?.get(path);
      if (handler === undefined) throw providerError(noRoute(path));
      const body = request.method === "GET" ? {} : bodyOf(request);
      await handler(call, { id: randomUUID().replaceAll("-", "").slice(0, 24), body }, this.#server);
      call.end();
    } catch (error) {
      call.fail(error);
    }
  }
}

function bodyOf({ body }: TransportRequest): Parameters<Handler>[1]["body"] {
  const parsed = parseJson(new TextDecoder().decode(wholeBody(body)));
  if (!parsed.ok) throw providerError(failureOf("bad_request", `The body is no JSON: ${parsed.message}.`));
  if (!isObject(parsed.value)) throw providerError(refuseBody(parsed.value));
  return parsed.value;
}

function packageObstacle(folders: readonly string[]): Failure | undefined {
  return findEnginePackage(folders) === undefined ? packageMissing() : undefined;
}

function noRoute(path: string): Failure {
  return failureOf("route_not_found", `The embedded engine has no ${path.slice(0, 200)}.`);
}
