import type { Change } from "../../model/change.ts";
import type { ContentPart, Message, TextPart } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";

/** All turns of a request: `system` goes before the messages and `prompt` after them. */
export function conversationOf({ system, messages = [], prompt }: InferenceRequest): readonly Message[] {
  // An empty prompt beside messages is no question.
  const asks = prompt !== undefined && (prompt !== "" || messages.length === 0);
  return [
    ...(system === undefined ? [] : [{ role: "system", content: system } as const]),
    ...messages,
    ...(asks ? [{ role: "user", content: prompt } as const] : []),
  ];
}

/** A conversation for a dialect or template that knows instructions only at the beginning. */
export interface InstructedConversation {
  /** What stands before the first turn. */
  readonly instructions: readonly ContentPart[];
  /** No system or developer message is among these. */
  readonly turns: readonly Message[];
  readonly changes: readonly Change[];
}

/** Takes the instructions from the beginning; those further on become parts of the conversation, as the user's. */
export function instructedConversation(request: InferenceRequest): InstructedConversation {
  const all = conversationOf(request);
  const first = all.findIndex((message) => !isInstruction(message));
  const begin = first === -1 ? all.length : first;
  const changes: Change[] = [];
  const turns = all.slice(begin).map((message, index): Message => {
    if (!isInstruction(message)) return message;
    const field = `messages[${begin + index}].role`;
    changes.push({ field, action: "replaced", to: "user", reason: "instructions stand only at the beginning" });
    return { ...message, role: "user" };
  });
  return { instructions: all.slice(0, begin).flatMap(partsOf), turns, changes };
}

/** Content as parts, or as text where it is nothing else: servers that know texts only read it then, too. */
export function plainContent(parts: readonly ContentPart[]): string | readonly ContentPart[] {
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 && isPlainText(only) ? only.text : parts;
}

/** Whether a part is text and nothing besides. */
export function isPlainText(part: ContentPart): part is TextPart {
  return part.type === "text" && part.extra === undefined && part.cacheControl === undefined;
}

/** A message's content as parts, in which a mark for the cache on the message stands on the last one. */
export function partsOf({ content, cacheControl }: Message): readonly ContentPart[] {
  const parts: readonly ContentPart[] =
    typeof content === "string" ? (content === "" ? [] : [{ type: "text", text: content }]) : (content ?? []);
  const last = parts.at(-1);
  if (cacheControl === undefined || (last?.type !== "text" && last?.type !== "image" && last?.type !== "file"))
    return parts;
  return [...parts.slice(0, -1), { ...last, cacheControl }];
}

/** Whether it is told by the operator rather than said in a turn. */
export function isInstruction({ role }: Message): boolean {
  return role === "system" || role === "developer";
}
