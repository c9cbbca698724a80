import type { Change } from "../../model/change.ts";
import type { Message } from "../../model/message.ts";

/** What a result begins with that says itself that the call failed. */
const SAYS_SO = /^\W*error/iu;

/** The text of a failed call's result for a dialect that has no mark for it: the same where it says so already. */
export function textSaidToFail(text: string): string {
  return SAYS_SO.test(text) ? text : `Error: ${text}`;
}

/** The content of a failed call's result, likewise. */
export function saidToFail(content: Message["content"]): Message["content"] {
  if (typeof content === "string" || content === null) return textSaidToFail(content ?? "");
  const [first] = content;
  return first?.type === "text" && SAYS_SO.test(first.text) ? content : [{ type: "text", text: "Error:" }, ...content];
}

/** What is told of a message at `path` to which that was done. */
export function failureSaid(path: string): Change {
  const reason = "the server has no mark for a call that failed";
  return { field: `${path}.is_error`, action: "replaced", to: "Error: …", reason };
}
