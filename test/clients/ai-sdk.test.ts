import { createOpenAICompatible as createProviderFor7 } from "@ai-sdk/openai-compatible";
import * as ai7 from "ai";
import * as ai6 from "ai-6";
import { createOpenAICompatible as createProviderFor6 } from "ai-sdk-openai-compatible-6";
import { OpenAICompatibleProvider } from "millrace";
import * as native7 from "millrace/ai-sdk";
import * as native6 from "millrace/ai-sdk/v3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

const CHAT = "simulator/sim-chat";
const EMBED = "simulator/sim-embed";

let gateway: MillraceProcess;
beforeAll(async () => {
  gateway = await startMillrace();
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
});

/** The two majors differ in their types, not in what these tests use of them. */
type Sdk = typeof ai7;
interface Subject {
  readonly name: string;
  readonly sdk: Sdk;
  readonly chat: () => ai7.LanguageModel;
  readonly embed: () => ai7.EmbeddingModel;
}

const library = (): OpenAICompatibleProvider => new OpenAICompatibleProvider({ name: "gateway", baseUrl: gateway.url });
const sdk6 = ai6 as unknown as Sdk;

const subjects: readonly Subject[] = [
  {
    name: "ai 7 with @ai-sdk/openai-compatible",
    sdk: ai7,
    chat: () =>
      createProviderFor7({ name: "gateway", baseURL: `${gateway.url}/v1`, supportsStructuredOutputs: true })(CHAT),
    embed: () => createProviderFor7({ name: "gateway", baseURL: `${gateway.url}/v1` }).embeddingModel(EMBED),
  },
  {
    name: "ai 6 with @ai-sdk/openai-compatible",
    sdk: sdk6,
    chat: () =>
      createProviderFor6({ name: "gateway", baseURL: `${gateway.url}/v1`, supportsStructuredOutputs: true })(CHAT),
    embed: () => createProviderFor6({ name: "gateway", baseURL: `${gateway.url}/v1` }).embeddingModel(EMBED),
  },
  {
    name: "ai 7 with millrace/ai-sdk",
    sdk: ai7,
    chat: () => native7.languageModel(library(), CHAT),
    embed: () => native7.embeddingModel(library(), EMBED),
  },
  {
    name: "ai 6 with millrace/ai-sdk/v3",
    sdk: sdk6,
    chat: () => native6.languageModel(library(), CHAT),
    embed: () => native6.embeddingModel(library(), EMBED),
  },
];

describe.each(subjects)("$name", ({ sdk, chat, embed }) => {
  test("generates text with usage", async () => {
    const { text, usage, finishReason } = await sdk.generateText({ model: chat(), prompt: "[[say the wheel turns]]" });
    expect({ text, finishReason }).toEqual({ text: "the wheel turns", finishReason: "stop" });
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  test("streams text", async () => {
    const result = sdk.streamText({ model: chat(), prompt: "[[say the wheel turns]]" });
    let text = "";
    for await (const delta of result.textStream) text += delta;
    expect(text).toBe("the wheel turns");
    expect(await result.finishReason).toBe("stop");
  });

  test.each(["generateText", "streamText"] as const)("runs a tool loop to its end with %s", async (how) => {
    const asked: unknown[] = [];
    const options = {
      model: chat(),
      prompt: "[[tool get_weather]]",
      tools: {
        get_weather: sdk.tool({
          description: "The weather of a city",
          inputSchema: z.object({ city: z.string() }),
          execute: (input: { city: string }) => {
            asked.push(input);
            return "4 degrees, rain";
          },
        }),
      },
      stopWhen: sdk.stepCountIs(3),
    };
    const text = how === "generateText" ? (await sdk.generateText(options)).text : await sdk.streamText(options).text;
    expect(asked).toEqual([{ city: expect.any(String) as string }]);
    expect(text).toContain("4 degrees, rain");
  });

  test("gives structured output", async () => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    const { output } = await sdk.generateText({ model: chat(), prompt: "Who?", output: sdk.Output.object({ schema }) });
    expect(schema.parse(output)).toEqual(output);
  });

  test("embeds many values", async () => {
    const { embeddings } = await sdk.embedMany({ model: embed(), values: ["river", "wheel"] });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
  });

  test("an upstream's error keeps its status and says whether trying again helps", async () => {
    const error = await sdk
      .generateText({ model: chat(), prompt: "[[fail 429]]", maxRetries: 0 })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ statusCode: 429, isRetryable: true });
  });

  test("an aborted call ends with an abort error", async () => {
    const controller = new AbortController();
    const result = sdk.streamText({ model: chat(), prompt: "[[loop]]", abortSignal: controller.signal });
    const parts: string[] = [];
    for await (const part of result.fullStream) {
      parts.push(part.type);
      if (part.type === "text-delta") controller.abort();
    }
    expect(parts.at(-1)).toBe("abort");
  });
});
