/** The AI SDK (`ai`), with the provider that belongs to the wire. */
import type * as ai from "ai";
import type { z } from "zod";
import { allFactsSaid, expectEqual, expectThat, fact, gateway, load, model, wire } from "./facts.ts";
import {
  isLastWord,
  PERSON,
  PLAIN_TEXT,
  QUESTION,
  TOOL,
  TOOL_DESCRIPTION,
  TOOL_INPUT,
  TOOL_OUTPUT,
} from "./weather.ts";

type MakeModel = (name: string) => ai.LanguageModel;
type CreateProvider = (options: object) => MakeModel & { readonly chat: MakeModel; readonly responses: MakeModel };

async function provider(
  name: string,
  create: string,
  path: string,
): ReturnType<CreateProvider> extends infer P ? Promise<P> : never {
  const library = await load<Readonly<Record<string, CreateProvider>>>(name);
  const made = library[create];
  if (made === undefined) throw new Error(`${name} has no ${create}`);
  return made({
    name: "gateway",
    baseURL: gateway + path,
    apiKey: "dummy",
    supportsStructuredOutputs: true,
    includeUsage: true,
  });
}

const models: Readonly<Record<string, () => Promise<Readonly<Record<string, ai.LanguageModel>>>>> = {
  chat: async () => ({
    "@ai-sdk/openai-compatible": (await provider("@ai-sdk/openai-compatible", "createOpenAICompatible", "/v1"))(model),
    "@ai-sdk/openai, chat": (await provider("@ai-sdk/openai", "createOpenAI", "/v1")).chat(model),
  }),
  responses: async () => ({
    "@ai-sdk/openai": (await provider("@ai-sdk/openai", "createOpenAI", "/v1")).responses(model),
  }),
  messages: async () => ({
    "@ai-sdk/anthropic": (await provider("@ai-sdk/anthropic", "createAnthropic", "/v1"))(model),
  }),
  gemini: async () => ({
    "@ai-sdk/google": (await provider("@ai-sdk/google", "createGoogleGenerativeAI", "/v1beta"))(model),
  }),
};

const sdk = await load<typeof ai>("ai");
const zod = await load<{ readonly z: typeof z }>("zod");

for (const [name, languageModel] of Object.entries((await models[wire]?.()) ?? {})) {
  const base = { model: languageModel, prompt: QUESTION, maxRetries: 0 };

  await fact(`${name}: generates text, with usage`, async () => {
    const { text, usage, finishReason } = await sdk.generateText(base);
    expectEqual({ text, finishReason }, { text: PLAIN_TEXT, finishReason: "stop" });
    expectThat((usage.outputTokens ?? 0) > 0, "usage is counted", usage);
  });

  await fact(`${name}: streams a tool loop to its end`, async () => {
    const asked: unknown[] = [];
    const errors: unknown[] = [];
    const result = sdk.streamText({
      ...base,
      stopWhen: sdk.isStepCount(3),
      onError: ({ error }) => void errors.push(error),
      tools: {
        [TOOL]: sdk.tool({
          description: TOOL_DESCRIPTION,
          inputSchema: zod.z.object({ city: zod.z.string() }),
          execute: (input: { city: string }) => {
            asked.push(input);
            return TOOL_OUTPUT;
          },
        }),
      },
    });
    let text = "";
    for await (const delta of result.textStream) text += delta;
    expectEqual(errors.map(String), []);
    expectEqual(asked, [TOOL_INPUT]);
    expectThat(isLastWord(text), "the last word came", text);
    expectThat(((await result.totalUsage).outputTokens ?? 0) > 0, "usage is counted");
  });

  await fact(`${name}: generates an object`, async () => {
    const schema = zod.z.object({ name: zod.z.string(), age: zod.z.int() });
    const { output } = await sdk.generateText({ ...base, output: sdk.Output.object({ schema }) });
    expectEqual(output, PERSON);
  });
}

allFactsSaid();
