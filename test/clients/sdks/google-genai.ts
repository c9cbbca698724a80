/** The @google/genai package. */
import { allFactsSaid, collect, expectEqual, expectThat, fact, gateway, load, model, upstream } from "./facts.ts";
import {
  FINAL_TEXT,
  PERSON,
  PERSON_SCHEMA,
  PLAIN_TEXT,
  QUESTION,
  TOOL,
  TOOL_DESCRIPTION,
  TOOL_INPUT,
  TOOL_OUTPUT,
  TOOL_SCHEMA,
} from "./weather.ts";

interface Reply {
  readonly text?: string;
  readonly functionCalls?: readonly { readonly id?: string; readonly name?: string; readonly args?: unknown }[];
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly object[] };
    readonly finishReason?: string;
  }[];
  readonly usageMetadata?: { readonly promptTokenCount?: number; readonly candidatesTokenCount?: number };
}
interface Genai {
  readonly models: {
    generateContent(request: object): Promise<Reply>;
    generateContentStream(request: object): Promise<AsyncIterable<Reply>>;
    countTokens(request: object): Promise<{ readonly totalTokens?: number }>;
    embedContent(
      request: object,
    ): Promise<{ readonly embeddings?: readonly { readonly values?: readonly number[] }[] }>;
    list(): Promise<AsyncIterable<{ readonly name?: string }>>;
  };
}
interface GenaiSdk {
  readonly GoogleGenAI: new (options: object) => Genai;
}

const { GoogleGenAI } = await load<GenaiSdk>("@google/genai");
const { models } = new GoogleGenAI({ apiKey: "dummy", httpOptions: { baseUrl: gateway } });
const question = { role: "user", parts: [{ text: QUESTION }] };
const functionDeclarations = [{ name: TOOL, description: TOOL_DESCRIPTION, parametersJsonSchema: TOOL_SCHEMA }];
const tools = [{ functionDeclarations }];

await fact("answers whole, with usage", async () => {
  const reply = await models.generateContent({ model, contents: QUESTION, config: { systemInstruction: "Be short." } });
  expectEqual(reply.text, PLAIN_TEXT);
  expectEqual(reply.candidates?.[0]?.finishReason, "STOP");
  expectThat((reply.usageMetadata?.candidatesTokenCount ?? 0) > 0, "usage is counted", reply.usageMetadata);
});

await fact("streams, with usage at the end", async () => {
  const chunks = await collect(await models.generateContentStream({ model, contents: QUESTION }));
  expectEqual(chunks.map(({ text }) => text ?? "").join(""), PLAIN_TEXT);
  const last = chunks.at(-1);
  expectEqual(last?.candidates?.[0]?.finishReason, "STOP");
  expectThat((last?.usageMetadata?.candidatesTokenCount ?? 0) > 0, "usage is counted", last?.usageMetadata);
});

await fact("calls a tool, in a stream, to the last word", async () => {
  const config = { tools, thinkingConfig: { includeThoughts: true } };
  const chunks = await collect(await models.generateContentStream({ model, contents: [question], config }));
  const [call] = chunks.flatMap(({ functionCalls }) => functionCalls ?? []);
  expectEqual(call?.args, TOOL_INPUT);
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const functionResponse = { id: call?.id, name: call?.name, response: { output: TOOL_OUTPUT } };
  const contents = [question, { role: "model", parts }, { role: "user", parts: [{ functionResponse }] }];
  expectEqual((await models.generateContent({ model, contents, config })).text, FINAL_TEXT);
});

await fact("answers in the shape of a schema", async () => {
  const config = { responseMimeType: "application/json", responseJsonSchema: PERSON_SCHEMA };
  const reply = await models.generateContent({ model, contents: QUESTION, config });
  expectEqual(JSON.parse(reply.text ?? ""), PERSON);
});

await fact("counts tokens", async () => {
  const { totalTokens } = await models.countTokens({ model, contents: QUESTION });
  expectThat((totalTokens ?? 0) > 0, "there are some", totalTokens);
});

// The Messages API has none.
if (upstream !== "messages")
  await fact("embeds", async () => {
    const { embeddings } = await models.embedContent({ model, contents: ["river", "wheel"] });
    expectEqual(
      embeddings?.map(({ values }) => values),
      [
        [0.25, 0.5, 0.75],
        [0.25, 0.5, 0.75],
      ],
    );
  });

await fact("an unknown model is an error with its status", async () => {
  const request = models.generateContent({ model: "nobody-none", contents: QUESTION });
  const reason: unknown = await request.catch((error: unknown) => error);
  expectEqual((reason as { readonly status?: number }).status, 404);
});

allFactsSaid();
