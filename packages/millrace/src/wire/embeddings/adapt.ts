import type { JsonObject } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";

export interface AdaptEmbeddingsOptions {
  /** The id that the target knows the model by. */
  readonly model: string;
  /** Top-level parameters the server refuses; dropped, with a change reported. */
  readonly refusedParameters: readonly string[];
  /** Every string is known to be fit for any server. */
  readonly isClean?: boolean | undefined;
}

/** Makes a body fit for its target. Every change is reported, except that the target's own model id is set. */
export function adaptEmbeddingsRequest(body: JsonObject, options: AdaptEmbeddingsOptions): AdaptedBody {
  const editor = cleanEditor(body, options.isClean);
  for (const field of options.refusedParameters) editor.drop(field, "the server refuses it");
  editor.set("model", options.model);
  return editor.done();
}
