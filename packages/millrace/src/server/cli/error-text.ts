import { ConfigurationError } from "../../model/errors.ts";

/** An error in a line for people: what is wrong, and in which setting. */
export function errorText(error: unknown): string {
  if (error instanceof ConfigurationError) return `${error.setting}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
