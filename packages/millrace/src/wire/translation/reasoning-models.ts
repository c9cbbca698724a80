/** Which models reason, by how their ids begin. */
export interface ReasoningModels {
  readonly reasoningModels: readonly string[];
  /** Those that do not, although their ids begin so. */
  readonly chatModels: readonly string[];
}

/** Ids may begin with the vendor's path, as in `openai/o3-mini`. */
export function isReasoningModel(model: string, { chatModels, reasoningModels }: ReasoningModels): boolean {
  const id = model.slice(model.lastIndexOf("/") + 1);
  const isAmong = (starts: readonly string[]): boolean => starts.some((start) => id.startsWith(start));
  return isAmong(reasoningModels) && !isAmong(chatModels);
}
