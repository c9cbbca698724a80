import type { RouteRow } from "./route.ts";
import { decodedPath } from "./route.ts";

/** `models/{id}:{method}`, behind any version, and behind the place that Vertex puts before it. */
const CALL =
  /^(?:v1(?:beta|beta1|alpha)?\/)?(?:projects\/[^/]+\/locations\/[^/]+\/publishers\/[^/]+\/)?(?:models|tunedModels)\/(.+):(\w+)$/;
const LISTED = /^v1(?:beta|beta1|alpha)\/models\/(.+)$/;

type Call = (model: string, query: string) => RouteRow["route"];

const CALLS: Readonly<Record<string, Call>> = {
  generateContent: (model) => ({ kind: "operation", operation: "generate-content", named: { model, stream: false } }),
  // Without `alt=sse` a stream is one JSON array.
  streamGenerateContent: (model, query) => ({
    kind: "operation",
    operation: new URLSearchParams(query).get("alt") === "sse" ? "generate-content" : "generate-content-array",
    named: { model, stream: true },
  }),
  countTokens: (model) => ({ kind: "count-tokens", dialect: "generate-content", model }),
  embedContent: (model) => ({ kind: "operation", operation: "embed-content", named: { model, stream: false } }),
  batchEmbedContents: (model) => ({
    kind: "operation",
    operation: "batch-embed-contents",
    named: { model, stream: false },
  }),
};

/** The paths as they are told to people. */
export const GENERATE_CONTENT_PATHS: readonly string[] = [
  "GET /v1beta/models/{id}",
  ...Object.keys(CALLS).map((method) => `POST /v1beta/models/{model}:${method}`),
];

/** Gemini's dialect has the model, the method and the form of a stream in the path. */
export function generateContentRoute(name: string, query: string): RouteRow | undefined {
  const [, model, method = ""] = CALL.exec(name) ?? [];
  const call = Object.hasOwn(CALLS, method) ? CALLS[method] : undefined;
  const called = model === undefined ? undefined : decodedPath(model);
  if (call !== undefined && called !== undefined) return { route: call(called, query), methods: ["POST"] };
  const [, text] = LISTED.exec(name) ?? [];
  const listed = text === undefined ? undefined : decodedPath(text);
  return listed === undefined ? undefined : { route: { kind: "gemini-model", id: listed }, methods: ["GET", "HEAD"] };
}
