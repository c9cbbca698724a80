/** The two halves of `provider/model`. */
export interface SplitName {
  readonly provider: string;
  readonly model: string;
}

/** Splits `provider/model` at the first slash: model ids hold slashes themselves. Gives nothing for any other name. */
export function splitName(name: string): SplitName | undefined {
  const slash = name.indexOf("/");
  if (slash < 1 || slash === name.length - 1) return undefined;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
