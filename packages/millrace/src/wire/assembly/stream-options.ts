import { isObject } from "../json/read.ts";
import type { BodyEditor } from "./body-editor.ts";

export interface StreamingOptions {
  readonly stream: boolean;
  /** Ask a stream to end with its token counts. */
  readonly wantUsage: boolean;
  /** Whether the server understands `stream_options`. */
  readonly streamUsageOption: boolean;
}

const FIELD = "stream_options";

/** Sets whether the reply is streamed, and asks for token counts where a stream would leave them out. */
export function adaptStreaming(editor: BodyEditor, options: StreamingOptions): void {
  const { stream, wantUsage, streamUsageOption } = options;
  setStream(editor, stream);
  if (!streamUsageOption) editor.drop(FIELD, "the server does not understand it");
  else if (stream && wantUsage) addUsageOption(editor);
  else if (!stream && editor.body[FIELD] !== null) editor.drop(FIELD, "it is for streams only");
}

/** Sets whether the reply is streamed; a body that does not say asks for it `byDefault`. */
export function setStream(editor: BodyEditor, stream: boolean, byDefault = false): void {
  const given = editor.body["stream"];
  if ((given ?? byDefault) === stream) return;
  const reason = stream ? "the server stops sooner when a stream is left" : "one reply is wanted";
  editor.report({ field: "stream", action: given === undefined ? "added" : "replaced", to: String(stream), reason });
  editor.set("stream", stream);
}

function addUsageOption(editor: BodyEditor): void {
  const given = editor.body[FIELD];
  const options = isObject(given) ? given : {};
  if (options["include_usage"] === true) return;
  const action = options["include_usage"] === undefined ? "added" : "replaced";
  editor.report({
    field: `${FIELD}.include_usage`,
    action,
    ...(action === "replaced" && { to: "true" }),
    reason: "token counts are wanted",
  });
  editor.set(FIELD, { ...options, include_usage: true });
}
