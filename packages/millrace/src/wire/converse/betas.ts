import type { JsonObject } from "../../model/json.ts";
import { arrayOf, objectOf } from "../json/read.ts";
import type { ModelFamily } from "./rules.ts";

/**
 * The body with the names of what Anthropic's API does not do for everyone yet, where the model is Anthropic's. Bedrock
 * has no header for them ("betas: Extra inputs are not permitted" is said of a field at the top,
 * https://github.com/BerriAI/litellm/issues/28081), and other makers' models refuse the field.
 */
export function withBetas(body: JsonObject, betas: readonly string[], { anthropicFields }: ModelFamily): JsonObject {
  if (!anthropicFields) return body;
  const fields = objectOf(body["additionalModelRequestFields"]);
  const all = [...new Set([...arrayOf(fields?.["anthropic_beta"]), ...betas])];
  return { ...body, additionalModelRequestFields: { ...fields, anthropic_beta: all } };
}
