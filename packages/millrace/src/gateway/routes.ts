import type { Operation } from "../providers/provider.ts";
import { asGoogleMeans, GENERATE_CONTENT_PATHS, generateContentRoute } from "./generate-content-routes.ts";
import type { ClientRequest } from "./ports.ts";
import { type CountingDialect, decodedPath, type OllamaQuestion, type Route, type RouteRow } from "./route.ts";

const READ = ["GET", "HEAD"];
const WRITE = ["POST"];

/** The paths, without the version: what comes before them is forgiven. */
const ROWS: ReadonlyMap<string, RouteRow> = new Map<string, RouteRow>([
  ...shownUnder("/v1", [
    ["chat/completions", operation("chat-completions")],
    ["responses", operation("responses")],
    ["responses/input_tokens", counting("responses")],
    ["messages", operation("messages")],
    ["messages/count_tokens", counting("messages")],
    ["completions", operation("completions")],
    ["embeddings", operation("embeddings")],
    ["models", { route: { kind: "models" }, methods: READ }],
    ["route", { route: { kind: "route" }, methods: WRITE }],
  ]),
  ...shownUnder("", [
    ["api/chat", operation("ollama-chat")],
    ["api/generate", operation("ollama-generate")],
    ["api/embed", operation("ollama-embed")],
    ["api/embeddings", operation("ollama-embeddings")],
    ["api/tags", ollama("tags", READ)],
    ["api/show", ollama("show", WRITE)],
    ["api/ps", ollama("ps", READ)],
    ["api/pull", ollama("pull", WRITE)],
    ["api/version", ollama("version", READ)],
    ["health", { route: { kind: "health" }, methods: READ }],
    ["ready", { route: { kind: "ready" }, methods: READ }],
  ]),
  // Refused, with the reason.
  ["api/push", ollama("manage", WRITE)],
  ["api/create", ollama("manage", WRITE)],
  ["api/copy", ollama("manage", WRITE)],
  ["api/delete", ollama("manage", ["DELETE"])],
  ["", { route: { kind: "root" }, methods: READ }],
]);

const USUAL_NAME = "chat/completions";
const USUAL_PATH = `/v1/${USUAL_NAME}`;

/** The paths as they are told to people. */
export const KNOWN_PATHS: readonly string[] = [
  ...[...ROWS.values()].flatMap(({ methods: [method], shownAs }) =>
    shownAs === undefined ? [] : `${method} ${shownAs}`,
  ),
  ...GENERATE_CONTENT_PATHS,
  "GET /v1/models/{id}",
  "GET /v1/responses/{id}",
  "GET /v1/responses/{id}/input_items",
  "POST /v1/responses/{id}/cancel",
  "DELETE /v1/responses/{id}",
];

/** Where a request goes. Base URLs are pasted in many forms; all of them lead to the same place. */
export function routeOf(method: string, path: string, query = "", headers: ClientRequest["headers"] = {}): Route {
  const name = path === USUAL_PATH ? USUAL_NAME : canonical(path);
  const row = ROWS.get(name) ?? generateContentRoute(name, query) ?? responseRow(name) ?? modelRow(name);
  if (row === undefined) return { kind: "unknown" };
  if (!row.methods.includes(method)) return { kind: "wrong-method", allow: row.methods.join(", ") };
  return asGoogleMeans(row.route, headers);
}

/** What a pasted base URL puts before a path: a version, or a whole endpoint. */
const BEFORE =
  /^(?:(?:v1|v1beta\/openai|chat\/completions|completions|embeddings|(?:messages|responses)(?=\/(?:v1\/)*(?:messages|responses)))\/)+(?=.)/;

/**
 * The path without what a pasted base URL puts before it: a missing or doubled `/v1`, a whole endpoint
 * (`/v1/chat/completions/chat/completions`), doubled and trailing slashes.
 */
function canonical(path: string): string {
  const plain = path.replace(/\/{2,}/g, "/").replace(/^\/|\/$/g, "");
  const name = plain.replace(BEFORE, "");
  return name === "v1" ? "" : name;
}

function modelRow(name: string): RouteRow | undefined {
  if (!name.startsWith("models/")) return undefined;
  const id = decodedPath(name.slice("models/".length));
  return id === undefined ? undefined : { route: { kind: "model", id }, methods: READ };
}

/** A response that was kept: `responses/{id}`, its `input_items`, and `cancel`. */
function responseRow(name: string): RouteRow | undefined {
  const [, text = "", below] = /^responses\/([^/]+)(?:\/(input_items|cancel))?$/.exec(name) ?? [];
  const id = decodedPath(text);
  if (id === undefined || id === "") return undefined;
  if (below === "input_items") return { route: { kind: "stored-response", id, part: below }, methods: READ };
  if (below === "cancel") return { route: { kind: "stored-response", id, part: below }, methods: WRITE };
  return { route: { kind: "stored-response", id, part: "response" }, methods: [...READ, "DELETE"] };
}

function shownUnder(prefix: string, rows: readonly (readonly [string, RouteRow])[]): [string, RouteRow][] {
  return rows.map(([name, row]) => [name, { ...row, shownAs: `${prefix}/${name}` }]);
}

function operation(name: Operation): RouteRow {
  return { route: { kind: "operation", operation: name }, methods: WRITE };
}

function counting(dialect: CountingDialect): RouteRow {
  return { route: { kind: "count-tokens", dialect }, methods: WRITE };
}

function ollama(question: OllamaQuestion, methods: readonly string[]): RouteRow {
  return { route: { kind: "ollama", question }, methods };
}
