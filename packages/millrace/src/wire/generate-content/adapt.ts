import type { JsonObject, JsonValue } from "../../model/json.ts";
import { cleanEditor } from "../assembly/body-editor.ts";
import type { AdaptedBody, BodyEditor } from "../assembly/body-editor.ts";
import { arrayOf, isArray, isObject, objectOf } from "../json/read.ts";
import { contentsOf, instructionParts, partsOfContent } from "./decode-contents.ts";
import { isWrapped } from "../translation/wrapped-reasoning.ts";
import { modelName } from "./model-path.ts";
import { isAmong } from "./rules.ts";
import type { GenerateContentRules } from "./rules.ts";

export interface AdaptOptions {
  readonly model: string;
  readonly isClean?: boolean;
}

/** A client's body made fit for its target. The model and the streaming are in the path. */
export function adaptRequest(json: JsonObject, options: AdaptOptions, rules: GenerateContentRules): AdaptedBody {
  const editor = cleanEditor(json, options.isClean);
  for (const field of rules.refusedFields) if (!field.includes(".")) editor.drop(field, "the server refuses it");
  if (typeof editor.body["model"] === "string") editor.set("model", modelName(options.model));
  if (isAmong(options.model, rules.uninstructedModels)) instructByUser(editor);
  const { contents } = editor.body;
  const signed = isAmong(options.model, rules.signedCallModels) ? rules.substituteSignature : undefined;
  const own = isArray(contents) ? withoutWrapped(contents, signed) : contents;
  if (own !== undefined && own !== contents) {
    editor.rewrite("contents", own);
    editor.report({ field: "reasoning_details", action: "dropped", reason: "they are another model's" });
  }
  return editor.done();
}

/** What the model is told stands before what the user says first. */
function instructByUser(editor: BodyEditor): void {
  for (const field of ["systemInstruction", "system_instruction"]) {
    const told = instructionParts(editor.body[field]);
    if (told.length === 0) continue;
    const [first, ...rest] = contentsOf(editor.body["contents"]);
    const opening = first === undefined || first["role"] === "model" ? [] : [first];
    const others = first === undefined || opening.length > 0 ? rest : [first, ...rest];
    editor.rename(field, "contents", "the model takes no instructions");
    const parts = [...told, ...opening.flatMap(partsOfContent)];
    editor.rewrite("contents", [{ ...opening[0], role: "user", parts }, ...others]);
  }
}

/** Contents without the reasoning of other models that we put into signatures; the same ones where none is. */
function withoutWrapped(contents: readonly JsonValue[], substitute: string | undefined): readonly JsonValue[] {
  let changed = false;
  const clean = contents.map((content) => {
    const parts = arrayOf(objectOf(content)?.["parts"]);
    if (!isObject(content) || !parts.some(holdsWrapped)) return content;
    changed = true;
    return { ...content, parts: parts.flatMap((part) => cleanPart(part, substitute)) };
  });
  return changed ? clean : contents;
}

function holdsWrapped(part: JsonValue): boolean {
  const signature = signatureIn(objectOf(part) ?? {});
  return typeof signature === "string" && isWrapped(signature);
}

function signatureIn(part: JsonObject): JsonValue | undefined {
  return part["thoughtSignature"] ?? part["thought_signature"];
}

/** A call keeps a signature where its model wants one; an empty text was there for its signature only. */
function cleanPart(part: JsonValue, substitute: string | undefined): readonly JsonValue[] {
  if (!isObject(part) || !holdsWrapped(part)) return [part];
  const { thoughtSignature: _camel, thought_signature: _snake, ...rest } = part;
  const isCall = (rest["functionCall"] ?? rest["function_call"]) !== undefined;
  if (isCall) return [substitute === undefined ? rest : { ...rest, thoughtSignature: substitute }];
  return rest["text"] === "" ? [] : [rest];
}
