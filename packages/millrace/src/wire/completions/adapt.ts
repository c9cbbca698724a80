import type { JsonObject } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody } from "../assembly/body-editor.ts";
import { adaptStreaming } from "../assembly/stream-options.ts";

/** What a server takes of this dialect that others do not. A chat server's request rules say as much. */
export interface CompletionRules {
  /** Whether `stream_options: { include_usage: true }` is understood. */
  readonly streamUsageOption: boolean;
  /** Top-level parameters the server refuses; dropped, with a change reported. */
  readonly refusedParameters: readonly string[];
}

export interface AdaptCompletionOptions {
  /** The id that the target knows the model by. */
  readonly model: string;
  readonly stream: boolean;
  /** Ask a stream to end with its token counts. */
  readonly wantUsage: boolean;
  readonly rules: CompletionRules;
  /** Every string is known to be fit for any server. */
  readonly isClean?: boolean | undefined;
}

/** Makes a body fit for its target. Every change is reported, except the model's id and the stream mode. */
export function adaptCompletionRequest(body: JsonObject, options: AdaptCompletionOptions): AdaptedBody {
  const { rules, model } = options;
  const editor = cleanEditor(body, options.isClean);
  for (const field of rules.refusedParameters) editor.drop(field, "the server refuses it");
  adaptStreaming(editor, { ...options, streamUsageOption: rules.streamUsageOption });
  editor.set("model", model);
  return editor.done();
}
