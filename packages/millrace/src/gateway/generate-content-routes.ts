import type { ClientRequest } from "./ports.ts";
import type { Route, RouteRow } from "./route.ts";
import { decodedPath } from "./route.ts";

const READ = ["GET", "HEAD"];

const VERSION = /^v1(?:beta|beta1|alpha)\//;
/** What Vertex puts before a model. Google's SDK makes `publishers/desk/models/fast` of `desk/fast`. */
const PLACE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/([^/]+)\//;
const CALL = /^(?:models|tunedModels)\/(.+):(\w+)$/;
const LISTED = /^models\/(.+)$/;

type Call = (model: string, query: string) => Route;

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
  "GET /v1beta/models",
  "GET /v1beta/models/{id}",
  ...Object.keys(CALLS).map((method) => `POST /v1beta/models/{model}:${method}`),
];

/** Gemini's dialect has the model, the method and the form of a stream in the path, behind any version. */
export function generateContentRoute(name: string, query: string): RouteRow | undefined {
  const placed = name.replace(VERSION, "");
  const [place = "", publisher = "google"] = PLACE.exec(placed) ?? [];
  const asked = placed.slice(place.length);
  const modelOf = (text: string): string | undefined => {
    const id = decodedPath(text);
    return id === undefined || publisher === "google" ? id : `${publisher}/${id}`;
  };
  const [, called, method = ""] = CALL.exec(asked) ?? [];
  const call = Object.hasOwn(CALLS, method) ? CALLS[method] : undefined;
  const model = called === undefined ? undefined : modelOf(called);
  if (call !== undefined && model !== undefined) return { route: call(model, query), methods: ["POST"] };
  // Without a version or a place it is OpenAI's list.
  if (asked === name) return undefined;
  if (asked === "models") return { route: { kind: "gemini-models" }, methods: READ };
  const [, text] = LISTED.exec(asked) ?? [];
  const id = text === undefined ? undefined : modelOf(text);
  return id === undefined ? undefined : { route: { kind: "gemini-model", id }, methods: READ };
}

/** The route as a client of Google's means it: its SDKs ask for lists where OpenAI's are, since they use the version `v1`. */
export function asGoogleMeans(route: Route, headers: ClientRequest["headers"]): Route {
  if (route.kind !== "models" && route.kind !== "model") return route;
  if (headers["x-goog-api-key"] === undefined && headers["x-goog-api-client"] === undefined) return route;
  return route.kind === "models" ? { kind: "gemini-models" } : { kind: "gemini-model", id: route.id };
}
