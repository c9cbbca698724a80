import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message, ReasoningDetail } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { stringOf } from "../json/read.ts";
import { argumentsObject } from "../translation/call-arguments.ts";
import { functionCallOf } from "../translation/custom-tools.ts";
import { NO_PLACE } from "../translation/encoding-account.ts";
import { failureSaid, saidToFail } from "../translation/failed-result.ts";
import { blockOf, cachePoint, markOf, textBlock } from "./content-blocks.ts";
import type { ContentContext } from "./content-blocks.ts";
import type { CallIds } from "./call-ids.ts";
import { canRead } from "./rules.ts";
import type { ConverseBlock, ConverseMessage } from "./types.ts";

/** What writing one request's turns needs to know and keeps. */
export interface TurnContext extends ContentContext {
  readonly ids: CallIds;
}

/** A message that may still get blocks. The results of calls must stand before all else that the user says. */
interface OpenMessage {
  readonly role: ConverseMessage["role"];
  readonly results: ConverseBlock[];
  readonly others: ConverseBlock[];
}

const OPENING = "Continue.";
const ATTACHED = "See the attached document.";

/** The instructions at the beginning, as the `system` of a request. `path` is that of the first message. */
export function systemBlocks(messages: readonly Message[], context: ContentContext): readonly ConverseBlock[] {
  return messages.flatMap((message, index) => {
    const path = `messages[${index}]`;
    return marked(
      message,
      context,
      partsOf(message).flatMap((part, at) => {
        if (part.type === "text" || part.type === "opaque") return partBlocks(part, `${path}.content[${at}]`, context);
        context.account.refuse(`${path}.content[${at}]`, "Bedrock's Converse API takes text only as instructions");
        return [];
      }),
    );
  });
}

/** The turns, in which those of one side that follow one another are one, and the user begins. */
export function converseMessages(
  turns: readonly Message[],
  first: number,
  context: TurnContext,
): readonly ConverseMessage[] {
  const messages: OpenMessage[] = [];
  for (const [index, turn] of turns.entries()) {
    const role = turn.role === "assistant" ? "assistant" : "user";
    const content = turnBlocks(turn, `messages[${first + index}]`, context);
    if (content.length === 0) continue;
    let last = messages.at(-1);
    if (last?.role !== role) messages.push((last = { role, results: [], others: [] }));
    (turn.role === "tool" ? last.results : last.others).push(...content);
  }
  if (messages[0]?.role !== "user") {
    messages.unshift({ role: "user", results: [], others: [{ text: OPENING }] });
    context.account.add(`messages[${first}]`, "a conversation begins with the user");
  }
  return messages.map(({ role, results, others }) => {
    const content = role === "user" ? withTextBesideDocument(others, context) : others;
    return { role, content: [...results, ...content] };
  });
}

function turnBlocks(turn: Message, path: string, context: TurnContext): readonly ConverseBlock[] {
  if (turn.name !== undefined) context.account.drop(`${path}.name`, NO_PLACE);
  if (turn.role === "tool") return resultBlocks(turn, path, context);
  const content = partsOf(turn).flatMap((part, at) => partBlocks(part, `${path}.content[${at}]`, context));
  if (turn.role !== "assistant") return marked(turn, context, content);
  const refusal = turn.refusal === undefined ? undefined : textBlock(turn.refusal);
  return marked(turn, context, [
    ...reasoningBlocks(turn, context),
    ...content,
    ...(refusal ? [refusal] : []),
    ...(turn.toolCalls ?? []).map((call, at) => callBlock(call, `${path}.tool_calls[${at}]`, context)),
  ]);
}

/** The blocks, with the mark for the cache behind them that stands on the whole message. */
function marked(
  { cacheControl }: Message,
  context: ContentContext,
  blocks: readonly ConverseBlock[],
): readonly ConverseBlock[] {
  if (blocks.length === 0) return blocks;
  const point = cachePoint(cacheControl, context);
  return point ? [...blocks, point] : blocks;
}

function partsOf({ content }: Message): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
}

function partBlocks(part: ContentPart, path: string, context: ContentContext): readonly ConverseBlock[] {
  const block = blockOf(part, path, context);
  if (block === undefined) return [];
  const point = cachePoint(markOf(part), context);
  return point ? [block, point] : [block];
}

/** Readable reasoning is not sent back: only signed reasoning is taken. */
function reasoningBlocks(
  { reasoning = "", reasoningDetails = [] }: Message,
  { family, account }: ContentContext,
): readonly ConverseBlock[] {
  if (reasoning !== "" && reasoningDetails.length === 0) {
    account.dropOnce("reasoning_content", "only signed reasoning is taken back");
  }
  return reasoningDetails.flatMap((detail): readonly ConverseBlock[] => {
    const block = canRead(family, detail) ? reasoningBlock(detail) : undefined;
    if (block === undefined) account.dropOnce("reasoning_details", "they are another model's");
    return block ? [{ reasoningContent: block }] : [];
  });
}

function reasoningBlock(detail: ReasoningDetail): JsonObject | undefined {
  const data = stringOf(detail["data"]);
  if (data !== undefined) return { redactedContent: data };
  const signature = stringOf(detail["signature"]);
  return signature === undefined ? undefined : { reasoningText: { text: stringOf(detail["text"]) ?? "", signature } };
}

function callBlock(given: ToolCall, path: string, { account, ids }: TurnContext): ConverseBlock {
  const call = functionCallOf(given);
  const input = call.input ?? argumentsObject(call.arguments);
  if (input === undefined) account.replace(`${path}.function.arguments`, "object", "the server takes an object only");
  const toolUse = { toolUseId: ids.ofCall(call.id), name: call.name };
  return { toolUse: { ...toolUse, input: input ?? { arguments: call.arguments } } };
}

/** What a tool's result may hold. */
const RESULT_PARTS: ReadonlySet<string> = new Set(["text", "image", "document", "video", "json", "searchResult"]);

/** A mark within a result stands behind it: there is no place for it inside. */
function resultBlocks(turn: Message, path: string, context: TurnContext): readonly ConverseBlock[] {
  const { account, family, ids } = context;
  const failed = turn.isError === true && !family.resultStatus ? saidToFail(turn.content) : turn.content;
  if (failed !== turn.content) account.report(failureSaid(path));
  const parts = partsOf({ ...turn, content: failed });
  const added = parts.length - partsOf(turn).length;
  const content = parts.flatMap((part, at): readonly ConverseBlock[] => {
    const partPath = `${path}.content[${at - added}]`;
    const block = blockOf(part, partPath, context);
    const fits = block !== undefined && Object.keys(block).every((kind) => RESULT_PARTS.has(kind));
    if (block !== undefined && !fits)
      account.refuse(partPath, "Bedrock's Converse API takes no such content as a tool's result");
    return fits ? [block] : [];
  });
  const status = turn.isError === true && family.resultStatus ? { status: "error" } : {};
  const point = cachePoint(turn.cacheControl ?? parts.map(markOf).findLast((mark) => mark !== undefined), context);
  const result = { toolResult: { toolUseId: ids.ofResult(turn.toolCallId ?? ""), content, ...status } };
  return point ? [result, point] : [result];
}

/** A document is taken only in a message that has a text, too. */
function withTextBesideDocument(
  blocks: readonly ConverseBlock[],
  { account }: ContentContext,
): readonly ConverseBlock[] {
  const needsText = blocks.some((block) => "document" in block) && !blocks.some((block) => "text" in block);
  if (!needsText) return blocks;
  account.add("messages.content", "the server takes a document only beside a text");
  return [...blocks, { text: ATTACHED }];
}
