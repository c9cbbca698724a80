import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { refuse } from "../../wire/assembly/request-checks.ts";
import { checkChatRequest, decodeChatRequest } from "../../wire/chat-completions/request.ts";
import { ChatForm } from "./chat-form.ts";
import type { Generation } from "./generation.ts";
import { modelFor } from "./models.ts";
import { promptSize } from "./prompt-size.ts";
import { questionOf, textOf } from "./question.ts";
import { scriptOf } from "./script.ts";

/** What a chat request makes the simulator generate, or what is wrong with it. */
export function chatGeneration(body: JsonObject): Generation | Failure {
  const wrong = checkChatRequest(body);
  if (wrong !== undefined) return wrong;
  const request = decodeChatRequest(body);
  if ((request.extra?.["response_format"] ?? null) !== null) {
    const forms = "text, json_object, or json_schema with a name and a schema";
    return refuse("response_format", `The simulator does not understand this \`response_format\`: it knows ${forms}.`);
  }
  const model = modelFor(request.model, "text");
  if ("kind" in model) return model;
  const texts = (request.messages ?? []).map(({ content }) => textOf(content));
  const promptTokens = promptSize(texts, "messages");
  if (typeof promptTokens !== "number") return promptTokens;
  const script = scriptOf(questionOf(request), model);
  if ("kind" in script) return script;
  return {
    model: model.id,
    scripts: [script],
    promptTokens,
    formOf: (head, includeUsage) => new ChatForm(head, includeUsage),
  };
}
