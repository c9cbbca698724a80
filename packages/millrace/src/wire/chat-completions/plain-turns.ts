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
  const behind = withMediaBehind(turns);
  return { turns: behind.turns, changes: [...changes, ...behind.changes] };
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

/** What servers take from a user, but not from a tool. */
const MEDIA: ReadonlySet<ContentPart["type"]> = new Set(["image", "file", "audio"]);

/** Images, files and audio of results follow them as the user's: a conversation that has one must be able to go on. */
function withMediaBehind(turns: readonly Message[]): {
  readonly turns: readonly Message[];
  readonly changes: readonly Change[];
} {
  const changes: Change[] = [];
  const plain: Message[] = [];
  let media: ContentPart[] = [];
  const follow = (): void => {
    if (media.length > 0) plain.push({ role: "user", content: media });
    media = [];
  };
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== "tool") follow();
    const parts = turn.role === "tool" ? partsOf(turn) : [];
    const held = parts.filter(({ type }) => MEDIA.has(type));
    const [first] = held;
    if (first === undefined) {
      plain.push(turn);
      continue;
    }
    for (const [position, { type }] of parts.entries()) {
      if (MEDIA.has(type)) changes.push(moved(type, `messages[${index}].content[${position}]`));
    }
    media.push({ type: "text", text: `Of the result of ${turn.toolCallId ?? "the tool"}:` }, ...held);
    const rest = parts.filter(({ type }) => !MEDIA.has(type));
    plain.push({ ...turn, content: rest.length > 0 ? joinedParts(rest) : `The ${first.type} follows.` });
  }
  follow();
  return { turns: plain, changes };
}

function moved(type: ContentPart["type"], field: string): Change {
  return { field, action: "replaced", to: "a user message", reason: `the server takes no ${type} in a tool's result` };
}
