import type { RequestEncoding, RequestRoute } from "../translation/codec.ts";
import type { GenerateContentRules } from "./rules.ts";

const COLLECTION = /^(?:models|tunedModels)\//u;

/** A model's id without `models/` before it; a tuned model keeps its own prefix, which is part of its name. */
function modelId(name: string): string {
  return name.startsWith("models/") ? name.slice("models/".length) : name;
}

/** A model's name with its collection before it, once. */
export function modelName(id: string): string {
  return COLLECTION.test(id) ? id : `models/${id}`;
}

/** Where a method of a model is called. */
export function modelRoute(model: string, method: string, rules: GenerateContentRules): RequestRoute {
  const name = rules.modelPrefix ? modelName(model) : modelId(model);
  const path = name.split("/").map(encodeURIComponent).join("/");
  return { path: `${rules.modelPath.replace("{model}", () => path)}:${method}` };
}

/** Where a request goes. A stream is asked for as server-sent events; the dialect's own default is one JSON array. */
export function routeOf(
  { model, stream }: Pick<RequestEncoding, "model" | "stream">,
  rules: GenerateContentRules,
): RequestRoute {
  if (!stream) return modelRoute(model, "generateContent", rules);
  return { ...modelRoute(model, "streamGenerateContent", rules), query: { alt: "sse" } };
}
