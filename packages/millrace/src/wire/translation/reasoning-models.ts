/** Which models reason, by how their ids begin. */
export interface ReasoningModels {
  readonly reasoningModels: readonly string[];
  /** Those that do not, among them some whose ids begin so. */
  readonly chatModels: readonly string[];
}

/** Ids may begin with the vendor's path, as in `openai/o3-mini`. */
export function isReasoningModel(model: string, { chatModels, reasoningModels }: ReasoningModels): boolean {
  return isAmong(model, reasoningModels) && !isAmong(model, chatModels);
}

/** Whether it is known of a model that it does not reason. Of one by another name, as a deployment has, nothing is. */
export function isChatModel(model: string, { chatModels }: Pick<ReasoningModels, "chatModels">): boolean {
  return isAmong(model, chatModels);
}

function isAmong(model: string, starts: readonly string[]): boolean {
  const id = model.slice(model.lastIndexOf("/") + 1);
  return starts.some((start) => id.startsWith(start));
}
