import type { JsonObject } from "../../model/json.ts";
import { encodeEmbeddingsRequest } from "../../wire/embeddings/request.ts";
import type { Ask } from "../cases/conformance-case.ts";

const QUESTION: JsonObject = { model: "m", messages: [{ role: "user", content: "Hello" }] };

/** The body that an OpenAI client would send for this question; `{}` where it sends none. */
export function bodyOf(ask: Ask): JsonObject {
  switch (ask.call) {
    case "stream":
    case "whole":
      return { ...QUESTION, ...ask.body };
    case "embeddings":
      return encodeEmbeddingsRequest({ model: "m", ...ask.request });
    case "models":
    case "health":
      return {};
  }
}
