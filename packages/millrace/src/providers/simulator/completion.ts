import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { checkCompletionRequest } from "../../wire/completions/request.ts";
import { stringOf } from "../../wire/json/read.ts";
import { CompletionForm } from "./completion-form.ts";
import { wrongDirective } from "./directives.ts";
import type { Generation } from "./generation.ts";
import { inputTexts } from "./input-texts.ts";
import { modelFor, type SimulatedModel } from "./models.ts";
import { promptSize } from "./prompt-size.ts";
import { scriptOf } from "./script.ts";
import type { Step } from "./step.ts";

/** What a request of the older completions protocol makes the simulator generate, or what is wrong with it. */
export function completionGeneration(body: JsonObject): Generation | Failure {
  const wrong = checkCompletionRequest(body);
  if (wrong !== undefined) return wrong;
  const model = modelFor(stringOf(body["model"]) ?? "", "text");
  if ("kind" in model) return model;
  const texts = inputTexts(body["prompt"] ?? "");
  const promptTokens = promptSize(texts, "prompt");
  if (typeof promptTokens !== "number") return promptTokens;
  const scripts: (readonly Step[])[] = [];
  for (const text of texts) {
    const script = textScript(text, model);
    if ("kind" in script) return script;
    scripts.push(script);
  }
  return {
    model: model.id,
    scripts,
    promptTokens,
    formOf: (head, includeUsage) => new CompletionForm(head, includeUsage),
  };
}

/** This protocol has a place for text only, so its models do not reason. */
function textScript(text: string, model: SimulatedModel): readonly Step[] | Failure {
  const script = scriptOf({ text, results: [] }, { ...model, reasons: false });
  if ("kind" in script || !script.some(({ type }) => type === "call" || type === "reasoning")) return script;
  return wrongDirective("[[tool]] and [[think]] have no place in a completion: ask /v1/chat/completions.");
}
