import { type ProviderError, providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** The optional package that does the work. */
export const ENGINE_PACKAGE = "node-llama-cpp";

/** What of this machine keeps the model from being loaded. Another target may answer. */
function unloadable(code: string, message: string, output: readonly string[] = []): Failure {
  return failureOf("server", message, {
    fault: "gateway",
    code,
    retry: "elsewhere",
    status: 503,
    ...(output.length === 0 ? {} : { details: { output } }),
  });
}

export function packageMissing(): Failure {
  const message = `The embedded engine needs the package ${ENGINE_PACKAGE}, which is not installed. Install ${ENGINE_PACKAGE} beside millrace: npm install ${ENGINE_PACKAGE}`;
  return unloadable("engine_missing", message);
}

export function packageBroken(error: unknown, output: readonly string[]): Failure {
  const message = `${ENGINE_PACKAGE} is installed but does not start: ${textOf(error)} Install it anew: npm install ${ENGINE_PACKAGE}`;
  return unloadable("engine_missing", message, output);
}

export function fileMissing(path: string): Failure {
  return unloadable("model_file_missing", `There is no model file ${path}: check the provider's \`model\`.`);
}

export function fileUnreadable(path: string, error: unknown): Failure {
  return unloadable("model_file_unreadable", `The model file ${path} cannot be read: ${textOf(error)}`);
}

export function notGguf(path: string): Failure {
  const message = `${path} is no GGUF file, the only kind that the embedded engine reads: check the provider's \`model\`.`;
  return unloadable("model_file_invalid", message);
}

export function modelBroken(path: string, error: unknown, output: readonly string[]): Failure {
  return unloadable("model_load_failed", `The model ${path} could not be loaded: ${textOf(error)}`, output);
}

/** The engine is loading the model. */
export function stillLoading(): Failure {
  return failureOf("loading", "The embedded engine is loading the model.");
}

export function generationFailed(error: unknown): Failure {
  return failureOf("server", `The embedded engine failed: ${textOf(error)}`);
}

export function tooLong(tokens: number, contextTokens: number, param: string): Failure {
  const message = `This takes ${tokens} tokens, and the model's context is ${contextTokens} tokens, answer included. A larger one is set with the provider's \`context\`, as far as the model was made for it.`;
  return failureOf("context_overflow", message, {
    param,
    details: { promptTokens: tokens, contextLength: contextTokens },
  });
}

export function threadEnded(cause: Error): ProviderError {
  return providerError(failureOf("server", `The embedded engine has ended: ${textOf(cause)}`), { cause });
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
