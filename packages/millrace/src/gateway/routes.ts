import type { Operation } from "../providers/provider.ts";

/** What a path asks for. */
export type Route =
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly id: string }
  | { readonly kind: "health" }
  | { readonly kind: "ready" }
  | { readonly kind: "root" }
  | { readonly kind: "route" }
  | { readonly kind: "wrong-method"; readonly allow: string }
  | { readonly kind: "unknown" };

interface Row {
  readonly route: Route;
  readonly methods: readonly string[];
}

const READ = ["GET", "HEAD"];

/** The paths, without the version: what comes before them is forgiven. */
const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["chat/completions", operation("chat-completions")],
  ["completions", operation("completions")],
  ["embeddings", operation("embeddings")],
  ["models", { route: { kind: "models" }, methods: READ }],
  ["health", { route: { kind: "health" }, methods: READ }],
  ["ready", { route: { kind: "ready" }, methods: READ }],
  ["route", { route: { kind: "route" }, methods: ["POST"] }],
  ["", { route: { kind: "root" }, methods: READ }],
]);

const USUAL_NAME = "chat/completions";
const USUAL_PATH = `/v1/${USUAL_NAME}`;

/** The paths as they are told to people. */
export const KNOWN_PATHS: readonly string[] = [
  "POST /v1/chat/completions",
  "POST /v1/completions",
  "POST /v1/embeddings",
  "POST /v1/route",
  "GET /v1/models",
  "GET /v1/models/{id}",
  "GET /health",
  "GET /ready",
];

/** Where a request goes. Base URLs are pasted in many forms; all of them lead to the same place. */
export function routeOf(method: string, path: string): Route {
  const name = path === USUAL_PATH ? USUAL_NAME : canonical(path);
  const row = ROWS.get(name) ?? modelRow(name);
  if (row === undefined) return { kind: "unknown" };
  if (!row.methods.includes(method)) return { kind: "wrong-method", allow: row.methods.join(", ") };
  return row.route;
}

/**
 * The path without what a pasted base URL puts before it: a missing or doubled `/v1`, a whole endpoint
 * (`/v1/chat/completions/chat/completions`), doubled and trailing slashes.
 */
function canonical(path: string): string {
  const plain = path.replace(/\/{2,}/g, "/").replace(/^\/|\/$/g, "");
  const name = plain.replace(/^(?:(?:v1|chat\/completions|completions|embeddings)\/)+(?=.)/, "");
  return name === "v1" ? "" : name;
}

function modelRow(name: string): Row | undefined {
  if (!name.startsWith("models/")) return undefined;
  const id = decoded(name.slice("models/".length));
  return id === undefined ? undefined : { route: { kind: "model", id }, methods: READ };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: no model is named so.
    return undefined;
  }
}

function operation(name: Operation): Row {
  return { route: { kind: "operation", operation: name }, methods: ["POST"] };
}
