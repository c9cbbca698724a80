import type { Change } from "../../model/change.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { conversationOf, instructedConversation, partsOf } from "../translation/conversation.ts";
import { joinedParts } from "./joined-texts.ts";
import type { RequestRules } from "./rules.ts";

/** The turns of a request from another dialect, as servers with these rules take them, and what was changed. */
export function plainTurns(
  request: InferenceRequest,
  rules: Pick<RequestRules, "instructions" | "imagesInToolResults">,
): { readonly turns: readonly Message[]; readonly changes: readonly Change[] } {
  const { turns, changes } = instructed(request, rules);
  if (rules.imagesInToolResults) return { turns, changes };
  const moved = withImagesBehind(turns);
  return { turns: moved.turns, changes: [...changes, ...moved.changes] };
}

function instructed(
  request: InferenceRequest,
  { instructions: place }: Pick<RequestRules, "instructions">,
): { readonly turns: readonly Message[]; readonly changes: readonly Change[] } {
  if (place === "anywhere") return { turns: oneAnswerATime(conversationOf(request)), changes: [] };
  const { instructions, turns, changes } = instructedConversation(request);
  const alternating = merged(oneAnswerATime(turns), "user", (last, turn) => ({
    ...last,
    content: joinedParts([...partsOf(last), ...partsOf(turn)]),
  }));
  const first = instructions.length === 0 ? [] : [{ role: "system", content: joinedParts(instructions) } as const];
  return { turns: [...first, ...alternating], changes };
}

/** Calls must stand right before their results, so what a model said in one go is one message here. */
function oneAnswerATime(turns: readonly Message[]): readonly Message[] {
  return merged(turns, "assistant", joinedAnswers);
}

function joinedAnswers(last: Message, turn: Message): Message {
  const content = [...partsOf(last), ...partsOf(turn)];
  const toolCalls = [...(last.toolCalls ?? []), ...(turn.toolCalls ?? [])];
  const reasoning = [last.reasoning, turn.reasoning].filter((text) => text !== undefined).join("\n\n");
  const reasoningDetails = [...(last.reasoningDetails ?? []), ...(turn.reasoningDetails ?? [])];
  return {
    ...last,
    ...turn,
    content: content.length === 0 ? null : joinedParts(content),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(reasoning !== "" && { reasoning }),
    ...(reasoningDetails.length > 0 && { reasoningDetails }),
  };
}

/** Turns of one role that follow one another as one. */
function merged(
  turns: readonly Message[],
  role: Message["role"],
  join: (last: Message, turn: Message) => Message,
): readonly Message[] {
  const merging: Message[] = [];
  for (const turn of turns) {
    const last = merging.at(-1);
    if (turn.role !== role || last?.role !== role || turn.name !== last.name) merging.push(turn);
    else merging[merging.length - 1] = join(last, turn);
  }
  return merging;
}

/** Images of results follow them as the user's: a conversation that has seen one must be able to go on. */
function withImagesBehind(turns: readonly Message[]): {
  readonly turns: readonly Message[];
  readonly changes: readonly Change[];
} {
  const changes: Change[] = [];
  const plain: Message[] = [];
  let images: ContentPart[] = [];
  const follow = (): void => {
    if (images.length > 0) plain.push({ role: "user", content: images });
    images = [];
  };
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== "tool") follow();
    const held = turn.role === "tool" ? imagesIn(turn) : [];
    for (const position of held) {
      const field = `messages[${index}].content[${position}]`;
      const reason = "the server takes no image in a tool's result";
      changes.push({ field, action: "replaced", to: "a user message", reason });
    }
    if (held.length === 0) plain.push(turn);
    else {
      const parts = partsOf(turn);
      images.push({ type: "text", text: `Of the result of ${turn.toolCallId ?? "the tool"}:` });
      images.push(...parts.filter((part) => part.type === "image"));
      const rest = parts.filter((part) => part.type !== "image");
      plain.push({ ...turn, content: rest.length > 0 ? joinedParts(rest) : "The image follows." });
    }
  }
  follow();
  return { turns: plain, changes };
}

function imagesIn({ content }: Message): readonly number[] {
  if (typeof content === "string" || content === null) return [];
  return content.flatMap(({ type }, position) => (type === "image" ? [position] : []));
}
