import type { Failure } from "../../model/failure.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { ModelPart, Turn } from "./engine.ts";

type Call = Extract<ModelPart, { type: "functionCall" }>;

/** The turns of a conversation, or what of it a model of text cannot be told. */
export function turnsOf(messages: readonly Message[]): readonly Turn[] | Failure {
  const results = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const foreign = foreignPart(message, index);
    if (foreign !== undefined) return foreign;
    if (message.role === "tool") results.set(message.toolCallId ?? "", textOf(message.content));
  }
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role !== "tool") add(turns, message, results);
  }
  return turns;
}

function add(turns: Turn[], message: Message, results: ReadonlyMap<string, string>): void {
  const text = textOf(message.content);
  if (message.role !== "assistant") {
    turns.push({ type: message.role === "user" ? "user" : "system", text });
    return;
  }
  const parts = [...thought(message), ...(text === "" ? [] : [text]), ...callsOf(message, results)];
  const last = turns.at(-1);
  if (last?.type !== "model") turns.push({ type: "model", response: parts });
  else turns[turns.length - 1] = { type: "model", response: [...last.response, ...parts] };
}

function thought({ reasoning = "" }: Message): readonly ModelPart[] {
  return reasoning === "" ? [] : [{ type: "segment", segmentType: "thought", text: reasoning, ended: true }];
}

function callsOf({ toolCalls = [] }: Message, results: ReadonlyMap<string, string>): readonly Call[] {
  return toolCalls.map(({ id, name, input, arguments: text }, index) => ({
    type: "functionCall",
    name,
    params: input ?? text,
    result: results.get(id) ?? "",
    startsNewChunk: index === 0,
  }));
}

function textOf(content: Message["content"]): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => textOfPart(part) ?? "").join("");
}

function textOfPart(part: ContentPart): string | undefined {
  if (part.type === "text") return part.text;
  return part.type === "refusal" ? part.refusal : undefined;
}

function foreignPart({ content }: Message, index: number): Failure | undefined {
  if (content === null || typeof content === "string") return undefined;
  const at = content.findIndex((part) => textOfPart(part) === undefined);
  if (at === -1) return undefined;
  const param = `messages[${index}].content[${at}]`;
  return failureOf("unsupported", `\`${param}\` is no text, and the embedded engine reads only that.`, { param });
}
