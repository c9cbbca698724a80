import { failureOf } from "../wire/failure/kinds.ts";
import { covers } from "./name-pattern.ts";
import type { Principal } from "./ports.ts";
import { RefusalError } from "./refusal.ts";

/** @throws {RefusalError} 403 for a model that the caller may not use */
export function checkModel({ name, models }: Principal, model: string): void {
  if (covers(models, model)) return;
  throw new RefusalError(
    failureOf("permission", `The key ${name} may not use the model ${model}.`, {
      fault: "client",
      code: "model_not_allowed",
      status: 403,
      param: "model",
      retry: "never",
    }),
  );
}
