import { ConfigurationError } from "../../model/errors.ts";
import type { ObservedChoice, ObservedError } from "../cases/observed.ts";

/** A set-up that the subject refused; any other error is a fault of the run and is thrown on. */
export function refusedSetup(error: unknown): {
  readonly choices: readonly ObservedChoice[];
  readonly error: ObservedError;
} {
  if (!(error instanceof ConfigurationError)) throw error;
  return { choices: [], error: { code: "configuration", message: error.message } };
}
