import { ProviderError } from "../../../model/errors.ts";

/** The error that a call has to end with. */
export async function errorOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.then(
    () => "no error at all",
    (error: unknown) => error,
  );
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`Expected a ProviderError, got ${String(outcome)}`, { cause: outcome });
}
