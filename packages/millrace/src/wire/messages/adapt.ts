import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody, BodyEditor } from "../assembly/body-editor.ts";
import { setStream } from "../assembly/stream-options.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { RequestEncoding } from "../translation/codec.ts";
import { isWrapped, unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { lacksThoughts } from "./open-loop.ts";
import { blockOfDetail, isReasoningBlock, opaqueField } from "./reasoning-blocks.ts";
import type { MessagesRules } from "./rules.ts";
import { areFit, ToolIds } from "./tool-ids.ts";
import type { Block } from "./types.ts";

/** Makes a client's body fit for a server with these rules, and changes nothing that the server would take. */
export function adaptMessagesRequest(
  body: JsonObject,
  { model, stream, isClean }: Pick<RequestEncoding, "model" | "stream"> & { readonly isClean?: boolean | undefined },
  rules: MessagesRules,
): AdaptedBody {
  const { model: _inThePath, ...unnamed } = body;
  const editor = cleanEditor(rules.bodyVersion === undefined ? body : unnamed, isClean);
  if (body["max_tokens"] === undefined) {
    editor.report({
      field: "max_tokens",
      action: "added",
      to: String(rules.defaultMaxTokens),
      reason: "the server demands a limit",
    });
    editor.set("max_tokens", rules.defaultMaxTokens);
  }
  returnReasoning(editor, rules);
  fitIds(editor);
  setStream(editor, stream);
  if (rules.bodyVersion === undefined) editor.set("model", model);
  // Not spliced: the client's bytes name the model.
  else editor.rewrite("anthropic_version", rules.bodyVersion);
  return editor.done();
}

/**
 * Puts back what we wrapped into reasoning because it came from elsewhere: the server would refuse what it did not sign.
 * What is another model's is left out.
 */
function returnReasoning(editor: BodyEditor, rules: MessagesRules): void {
  let dropped = false;
  const changed = mapBlocks(editor.body["messages"], isForeign, (block) => {
    const own = ownBlocks(block, rules);
    dropped ||= own.length === 0;
    return own;
  });
  if (changed === undefined) return;
  if (dropped)
    editor.report({ field: "messages", action: "dropped", reason: "some of the reasoning is another model's" });
  editor.rewrite("messages", changed);
  if (dropped && lacksThoughts(changed)) stopThinking(editor);
}

/**
 * With a budget a model refuses to think on where its own thoughts of the turn are missing ("Expected `thinking` or
 * `redacted_thinking`, but found `tool_use`"), and without thinking the server refuses to clear thoughts away.
 */
function stopThinking(editor: BodyEditor): void {
  const { thinking, context_management: management } = editor.body;
  if (objectOf(thinking)?.["type"] !== "enabled") return;
  editor.drop("thinking", "the model's own reasoning of this turn is missing");
  const edits = arrayOf(objectOf(management)?.["edits"]);
  const others = edits.filter((edit) => !stringOf(objectOf(edit)?.["type"])?.startsWith("clear_thinking"));
  if (others.length === edits.length) return;
  const reason = "it is about thinking, which is off";
  editor.report({ field: "context_management.edits", action: "dropped", reason });
  editor.rewrite("context_management", { ...objectOf(management), edits: others });
}

function isForeign(block: Block): boolean {
  return isReasoningBlock(block) && isWrapped(opaqueField(block));
}

function ownBlocks(block: Block, rules: MessagesRules): readonly Block[] {
  const own = (unwrapReasoning(opaqueField(block)) ?? []).map(blockOfDetail).filter((found) => found !== undefined);
  const thinking = stringOf(block["thinking"]) ?? "";
  if (own.length > 0 || !rules.readableReasoning || thinking === "") return own;
  return [{ type: "thinking", thinking, signature: "" }];
}

function fitIds(editor: BodyEditor): void {
  const { messages } = editor.body;
  if (areFit(callIdsIn(messages))) return;
  const fit = new ToolIds();
  // In the order of the conversation, in which a result follows its call.
  const changed = mapBlocks(messages, isOfCall, (block) => [
    block["type"] === "tool_use"
      ? { ...block, id: fit.ofCall(stringOf(block["id"]) ?? "") }
      : { ...block, tool_use_id: fit.ofResult(stringOf(block["tool_use_id"]) ?? "") },
  ]);
  if (changed === undefined) return;
  const reason = "the server takes plain ids, and each of them once";
  editor.report({ field: "messages", action: "replaced", to: "ids in the server's form", reason });
  editor.rewrite("messages", changed);
}

function isOfCall({ type }: Block): boolean {
  return type === "tool_use" || type === "tool_result";
}

function callIdsIn(messages: JsonObject[string]): readonly string[] {
  const blocks = arrayOf(messages).flatMap((turn) => (isObject(turn) ? arrayOf(turn["content"]) : []));
  return blocks.flatMap((block) =>
    isObject(block) && block["type"] === "tool_use" ? [stringOf(block["id"]) ?? ""] : [],
  );
}

/** The turns with other blocks in place of some; nothing where there are none of those. A turn of no blocks goes too. */
function mapBlocks(
  messages: JsonObject[string],
  matches: (block: Block) => boolean,
  replace: (block: Block) => readonly Block[],
): readonly JsonValue[] | undefined {
  const isMatch = (block: JsonValue): block is Block => isObject(block) && matches(block);
  const turns = arrayOf(messages);
  const isTouched = (turn: JsonValue): boolean => isObject(turn) && arrayOf(turn["content"]).some(isMatch);
  if (!turns.some(isTouched)) return undefined;
  return turns.flatMap((turn): readonly JsonValue[] => {
    if (!isObject(turn) || !isArray(turn["content"]) || !isTouched(turn)) return [turn];
    const content = turn["content"].flatMap((block): readonly JsonValue[] =>
      isMatch(block) ? replace(block) : [block],
    );
    return content.length === 0 ? [] : [{ ...turn, content }];
  });
}
