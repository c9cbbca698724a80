/** LangChain's chat models. */
import { allFactsSaid, collect, expectEqual, expectThat, fact, gateway, load, model, upstream, wire } from "./facts.ts";
import {
  isLastWord,
  PLAIN_TEXT,
  QUESTION,
  TOOL,
  TOOL_DESCRIPTION,
  TOOL_INPUT,
  TOOL_OUTPUT,
  TOOL_SCHEMA,
} from "./weather.ts";

interface Message {
  readonly text: string;
  readonly tool_calls?: readonly { readonly id?: string; readonly name: string; readonly args: unknown }[];
  readonly usage_metadata?: { readonly output_tokens: number };
}
interface Chunk extends Message {
  concat(next: Chunk): Chunk;
}
interface ChatModel {
  invoke(input: unknown): Promise<Message>;
  stream(input: unknown): Promise<AsyncIterable<Chunk>>;
  bindTools(tools: readonly object[]): ChatModel;
}
interface Embeddings {
  embedDocuments(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
}
type Class<T> = new (options: object) => T;
interface Core {
  readonly HumanMessage: Class<object>;
  readonly ToolMessage: Class<object>;
}

const options = { model, apiKey: "dummy", maxRetries: 0 };
const openai = { ...options, configuration: { baseURL: `${gateway}/v1` } };
const models: Readonly<Record<string, () => Promise<ChatModel>>> = {
  chat: async () => new (await load<{ ChatOpenAI: Class<ChatModel> }>("@langchain/openai")).ChatOpenAI(openai),
  responses: async () => {
    const { ChatOpenAI } = await load<{ ChatOpenAI: Class<ChatModel> }>("@langchain/openai");
    return new ChatOpenAI({ ...openai, useResponsesApi: true });
  },
  messages: async () => {
    const { ChatAnthropic } = await load<{ ChatAnthropic: Class<ChatModel> }>("@langchain/anthropic");
    return new ChatAnthropic({ ...options, anthropicApiUrl: gateway });
  },
  gemini: async () => {
    const name = "@langchain/google-genai";
    const { ChatGoogleGenerativeAI } = await load<{ ChatGoogleGenerativeAI: Class<ChatModel> }>(name);
    return new ChatGoogleGenerativeAI({ ...options, baseUrl: gateway });
  },
  ollama: async () => {
    const { ChatOllama } = await load<{ ChatOllama: Class<ChatModel> }>("@langchain/ollama");
    return new ChatOllama({ model, baseUrl: gateway, maxRetries: 0 });
  },
};

const made = await models[wire]?.();
if (made === undefined) throw new Error(`no chat model for ${wire}`);
const chat = made;
const { HumanMessage, ToolMessage } = await load<Core>("@langchain/core/messages");
const tools = [{ type: "function", function: { name: TOOL, description: TOOL_DESCRIPTION, parameters: TOOL_SCHEMA } }];

await fact("answers whole, with usage", async () => {
  const reply = await chat.invoke(QUESTION);
  expectEqual(reply.text, PLAIN_TEXT);
  expectThat((reply.usage_metadata?.output_tokens ?? 0) > 0, "usage is counted", reply.usage_metadata);
});

await fact("streams", async () => {
  const chunks = await collect(await chat.stream(QUESTION));
  expectEqual(chunks.map(({ text }) => text).join(""), PLAIN_TEXT);
});

await fact("calls a tool, in a stream, to the last word", async () => {
  const bound = chat.bindTools(tools);
  const question = new HumanMessage({ content: QUESTION });
  const chunks = await collect(await bound.stream([question]));
  const [start, ...rest] = chunks;
  if (start === undefined) throw new Error("the stream was empty");
  const whole = rest.reduce((sum, chunk) => sum.concat(chunk), start);
  const [call] = whole.tool_calls ?? [];
  expectEqual([call?.name, call?.args], [TOOL, TOOL_INPUT]);
  const result = new ToolMessage({ content: TOOL_OUTPUT, tool_call_id: call?.id ?? "", name: TOOL });
  const last = await bound.invoke([question, whole, result]);
  expectThat(isLastWord(last.text), "the last word came", last.text);
});

if (wire === "chat" && upstream !== "messages")
  await fact("embeds", async () => {
    const { OpenAIEmbeddings } = await load<{ OpenAIEmbeddings: Class<Embeddings> }>("@langchain/openai");
    const vectors = await new OpenAIEmbeddings(openai).embedDocuments(["river", "wheel"]);
    expectEqual(
      vectors.map((vector) => vector.length),
      [3, 3],
    );
  });

allFactsSaid();
