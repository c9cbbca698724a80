import type { Operation } from "../providers/provider.ts";
import type { NamedInPath } from "./exchange.ts";

/** What Ollama's clients ask of the gateway itself. */
export type OllamaQuestion = "version" | "tags" | "show" | "ps" | "pull" | "manage";

/** In which dialect somebody asks how many tokens a request has. */
export type CountingDialect = "messages" | "responses" | "generate-content";

/** What a path asks for. */
export type Route =
  | { readonly kind: "operation"; readonly operation: Operation; readonly named?: NamedInPath }
  | { readonly kind: "count-tokens"; readonly dialect: CountingDialect; readonly model?: string }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly id: string }
  | { readonly kind: "gemini-models" }
  | { readonly kind: "gemini-model"; readonly id: string }
  | { readonly kind: "ollama"; readonly question: OllamaQuestion }
  | { readonly kind: "stored-response"; readonly id: string; readonly part: "response" | "input_items" | "cancel" }
  | { readonly kind: "health" }
  | { readonly kind: "ready" }
  | { readonly kind: "root" }
  | { readonly kind: "route" }
  | { readonly kind: "wrong-method"; readonly allow: string }
  | { readonly kind: "unknown" };

/** A route, and the methods it is for. */
export interface RouteRow {
  readonly route: Route;
  readonly methods: readonly string[];
  /** How its path is told to people; absent where it is not. */
  readonly shownAs?: string;
}

/** A part of a path, or nothing for a stray percent sign: nothing is named so. */
export function decodedPath(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
