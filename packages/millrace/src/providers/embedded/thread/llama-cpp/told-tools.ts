import type { EngineTool } from "../../engine.ts";
import type { ChatWrapper, ContextState, LlamaCppModule, LlamaFunctions } from "./api.ts";

/** The tools as the engine holds calls to them: only these can be called. */
export function callableTools(tools: readonly EngineTool[], mustCall: readonly string[]): LlamaFunctions {
  const callable = mustCall.length === 0 ? tools : tools.filter(({ name }) => mustCall.includes(name));
  return Object.fromEntries(
    callable.map(({ name, description, grammar }) => [
      name,
      { ...(description === undefined ? {} : { description }), ...(grammar === undefined ? {} : { params: grammar }) },
    ]),
  );
}

/**
 * A wrapper that tells the model of all tools, with the schemas that the client wrote, and lets it begin with a call
 * where it must.
 */
export function tellingTools(
  wrapper: ChatWrapper,
  { tools, mustCall }: { readonly tools: readonly EngineTool[]; readonly mustCall: readonly string[] },
  { LlamaText }: Pick<LlamaCppModule, "LlamaText">,
): ChatWrapper {
  if (tools.length === 0) return wrapper;
  const told: LlamaFunctions = Object.fromEntries(
    tools.map(({ name, description, parameters }) => [
      name,
      {
        ...(description === undefined ? {} : { description }),
        ...(parameters === undefined ? {} : { params: parameters }),
      },
    ]),
  );
  const generateContextState: ChatWrapper["generateContextState"] = (options): ContextState => {
    const state = wrapper.generateContextState({ ...options, availableFunctions: told });
    return mustCall.length === 0
      ? state
      : { ...state, noPrefixTrigger: { type: "functionCall", inject: LlamaText("") } };
  };
  // All else, such as how calls are written, stays the wrapper's.
  return Object.create(wrapper, { generateContextState: { value: generateContextState } }) as ChatWrapper;
}
