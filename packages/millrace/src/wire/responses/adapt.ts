import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody, BodyEditor } from "../assembly/body-editor.ts";
import { setStream } from "../assembly/stream-options.ts";
import { isArray, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import type { RequestEncoding } from "../translation/codec.ts";
import { isChatModel, isReasoningModel } from "../translation/reasoning-models.ts";
import { isWrapped, unwrapReasoning } from "../translation/wrapped-reasoning.ts";
import { ownItemsIn, readableReasoning } from "./reasoning-items.ts";
import type { ResponsesRules } from "./rules.ts";

/** Makes a client's body fit for a server with these rules, and changes nothing that the server would take. */
export function adaptResponsesRequest(
  body: JsonObject,
  { model, stream, isClean }: Pick<RequestEncoding, "model" | "stream"> & { readonly isClean?: boolean | undefined },
  rules: ResponsesRules,
): AdaptedBody {
  const editor = cleanEditor(body, isClean);
  fitParameters(editor, model, rules);
  returnReasoning(editor, rules);
  setStream(editor, stream);
  editor.set("model", model);
  return editor.done();
}

/** Leaves the parameters that the server and the model take. */
export function fitParameters(editor: BodyEditor, model: string, rules: ResponsesRules): void {
  const limit = numberOf(editor.body["max_output_tokens"]);
  const lowest = rules.lowestMaxOutputTokens;
  if (lowest !== undefined && limit !== undefined && limit < lowest) {
    const reason = "the server takes no lower limit";
    editor.report({ field: "max_output_tokens", action: "replaced", to: String(lowest), reason });
    editor.set("max_output_tokens", lowest);
  }
  for (const field of rules.refusedParameters) editor.drop(field, "the server refuses it");
  const { effort, summary } = objectOf(editor.body["reasoning"]) ?? {};
  if (isChatModel(model, rules) && (effort ?? summary ?? null) !== null) {
    editor.drop("reasoning", "the model does not reason");
  }
  if (!isReasoningModel(model, rules) || effort === "none") return;
  for (const field of rules.refusedByReasoningModels) {
    if (editor.body[field] !== null) editor.drop(field, "reasoning models refuse it");
  }
}

/**
 * Puts back what we wrapped into reasoning items because it came from elsewhere: this server would refuse what it did
 * not encrypt. What is another model's is left out.
 */
function returnReasoning(editor: BodyEditor, rules: ResponsesRules): void {
  const { input } = editor.body;
  if (!isArray(input) || !input.some(isForeign)) return;
  const items = input.flatMap((item): readonly JsonValue[] => {
    return isForeign(item) ? ownItems(item, rules) : [item];
  });
  if (items.length < input.length) {
    editor.report({ field: "input", action: "dropped", reason: "some of the reasoning is another model's" });
  }
  editor.rewrite("input", items);
}

/** What of a wrapped item the server takes back. */
function ownItems(item: JsonObject, rules: ResponsesRules): readonly JsonObject[] {
  const own = ownItemsIn(unwrapReasoning(stringOf(item["encrypted_content"]) ?? "") ?? []);
  const text = readableReasoning(item);
  if (own.length > 0 || !rules.readableReasoning || text === "") return own;
  return [{ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text }] }];
}

function isForeign(item: JsonValue): item is JsonObject {
  return isObject(item) && item["type"] === "reasoning" && isWrapped(stringOf(item["encrypted_content"]) ?? "");
}
