import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuseBody } from "../../wire/assembly/request-checks.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { isObject } from "../../wire/json/read.ts";
import type { TransportRequest } from "../transport/transport.ts";
import { type Act, errorReply, jsonReply } from "./act.ts";
import { chatGeneration } from "./chat.ts";
import { completionGeneration } from "./completion.ts";
import { answerEmbeddings } from "./embeddings.ts";
import { refusalReply } from "./failures.ts";
import { type AnswerContext, generate, type Generation } from "./generation.ts";
import { listedModel, listedModels, modelOf } from "./models.ts";

/** A request as the simulator sees it. */
export interface SimulatedRequest {
  readonly method: TransportRequest["method"];
  /** Below the server's root, with or without `/v1`. */
  readonly path: string;
  readonly body: string;
}

/** Everything the simulator does for a request. Nothing is done before it is iterated. */
export function answer(request: SimulatedRequest, context: AnswerContext): Iterable<Act> {
  const acts = request.method === "GET" ? lookUp(request) : answerPost(request, context);
  return "kind" in acts ? errorReply(refusalReply(acts)) : acts;
}

function lookUp({ path }: SimulatedRequest): Iterable<Act> | Failure {
  const route = bare(path);
  if (route === "/health") return jsonReply(200, { status: "ok", simulator: true });
  if (route === "/models") return jsonReply(200, listedModels());
  const [, id] = /^\/models\/([^/]+)$/u.exec(route) ?? [];
  if (id === undefined) return noRoute(path);
  const model = modelOf(id);
  return "kind" in model ? model : jsonReply(200, listedModel(model));
}

function answerPost({ path, body }: SimulatedRequest, context: AnswerContext): Iterable<Act> | Failure {
  const handler = HANDLERS.get(bare(path));
  if (handler === undefined) return noRoute(path);
  const parsed = parseJson(body);
  if (!parsed.ok) return failureOf("bad_request", `The body is no JSON: ${parsed.message}.`);
  return isObject(parsed.value) ? handler(parsed.value, context) : refuseBody(parsed.value);
}

type Handler = (body: JsonObject, context: AnswerContext) => Iterable<Act> | Failure;

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ["/chat/completions", generating(chatGeneration, "chatcmpl-")],
  ["/completions", generating(completionGeneration, "cmpl-")],
  ["/embeddings", answerEmbeddings],
]);

function generating(read: (body: JsonObject) => Generation | Failure, prefix: string): Handler {
  return (body, context) => {
    const generation = read(body);
    return "kind" in generation ? generation : generate(generation, body, { ...context, id: prefix + context.id });
  };
}

function bare(path: string): string {
  return path.replace(/^\/v1(?=\/)/u, "");
}

function noRoute(path: string): Failure {
  return failureOf("route_not_found", `The simulator has no ${path.slice(0, 200)}.`);
}
