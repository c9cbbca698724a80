import { expect, test } from "vitest";
import type { ChatWrapper, ContextState, LlamaFunctions, LlamaText } from "./api.ts";
import { callableTools, tellingTools } from "./told-tools.ts";

const TOOLS = [
  { name: "a", description: "A", parameters: { type: "object", title: "as it came" }, grammar: { type: "object" } },
  { name: "b" },
];
const LlamaText = (text: string): LlamaText => ({ tokenize: () => [text.length] });
const contextText = LlamaText("prompt");

/** A wrapper of a class, which knows how calls are written. */
class Wrapper implements ChatWrapper {
  told: LlamaFunctions | undefined;

  get settings(): string {
    return "calls are written so";
  }

  generateContextState({ availableFunctions }: { readonly availableFunctions?: LlamaFunctions }): ContextState {
    this.told = availableFunctions;
    return { contextText };
  }
}

test("the model is told of all tools as they came", () => {
  const wrapper = new Wrapper();
  const telling = tellingTools(wrapper, { tools: TOOLS, mustCall: [] }, { LlamaText });
  expect(telling.generateContextState({ chatHistory: [] })).toEqual({ contextText });
  expect(wrapper.told).toEqual({ a: { description: "A", params: TOOLS[0]?.parameters }, b: {} });
});

test("all else is the wrapper's", () => {
  const telling = tellingTools(new Wrapper(), { tools: TOOLS, mustCall: [] }, { LlamaText });
  expect(telling).toMatchObject({ settings: "calls are written so" });
});

test("an answer begins with a call where it must", () => {
  const telling = tellingTools(new Wrapper(), { tools: TOOLS, mustCall: ["b"] }, { LlamaText });
  expect(telling.generateContextState({ chatHistory: [] }).noPrefixTrigger?.type).toBe("functionCall");
});

test("calls are held to the grammars, and to the tools that must be called", () => {
  expect(callableTools(TOOLS, [])).toEqual({ a: { description: "A", params: { type: "object" } }, b: {} });
  expect(callableTools(TOOLS, ["b"])).toEqual({ b: {} });
});
