/** The ollama package. */
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

interface Message {
  readonly role: string;
  readonly content: string;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: unknown } }[];
}
interface Chunk {
  readonly message: Message;
  readonly done: boolean;
  readonly done_reason?: string;
  readonly eval_count?: number;
}
interface Generated {
  readonly response: string;
  readonly done: boolean;
}
interface Listed {
  readonly models: readonly { readonly name: string; readonly model: string }[];
}
interface Streamed {
  readonly model: string;
  readonly stream: true;
  readonly [field: string]: unknown;
}
interface Whole {
  readonly model: string;
  readonly stream?: false;
  readonly [field: string]: unknown;
}
interface Ollama {
  chat(request: Streamed): Promise<AsyncIterable<Chunk>>;
  chat(request: Whole): Promise<Chunk>;
  generate(request: Streamed): Promise<AsyncIterable<Generated>>;
  generate(request: Whole): Promise<Generated>;
  embed(request: object): Promise<{ readonly embeddings: readonly (readonly number[])[] }>;
  list(): Promise<Listed>;
  ps(): Promise<Listed>;
  show(request: object): Promise<{ readonly capabilities?: readonly string[]; readonly model_info?: object }>;
}
interface OllamaSdk {
  readonly Ollama: new (options: object) => Ollama;
}

const { Ollama: Client } = await load<OllamaSdk>("ollama");
const client = new Client({ host: gateway });
const messages = [{ role: "user", content: QUESTION }];
const tools = [{ type: "function", function: { name: TOOL, description: TOOL_DESCRIPTION, parameters: TOOL_SCHEMA } }];

await fact("answers whole, with counts", async () => {
  const reply = await client.chat({ model, messages });
  expectEqual(reply.message.content, PLAIN_TEXT);
  expectEqual([reply.done, reply.done_reason], [true, "stop"]);
  expectThat((reply.eval_count ?? 0) > 0, "tokens are counted", reply.eval_count);
});

await fact("streams, with counts at the end", async () => {
  const chunks = await collect(await client.chat({ model, messages, stream: true }));
  expectEqual(chunks.map(({ message }) => message.content).join(""), PLAIN_TEXT);
  expectEqual(chunks.filter(({ done }) => done).length, 1);
  expectThat((chunks.at(-1)?.eval_count ?? 0) > 0, "tokens are counted", chunks.at(-1));
});

await fact("calls a tool, in a stream, to the last word", async () => {
  const chunks = await collect(await client.chat({ model, messages, tools, stream: true }));
  const calls = chunks.flatMap(({ message }) => message.tool_calls ?? []);
  expectEqual(
    calls.map((call) => [call.function.name, call.function.arguments]),
    [[TOOL, TOOL_INPUT]],
  );
  const content = chunks.map(({ message }) => message.content).join("");
  const rest = [
    { role: "assistant", content, tool_calls: calls },
    { role: "tool", tool_name: TOOL, content: TOOL_OUTPUT },
  ];
  const last = await client.chat({ model, messages: [...messages, ...rest], tools });
  expectEqual(last.message.content, FINAL_TEXT);
});

await fact("answers in the shape of a schema", async () => {
  const reply = await client.chat({ model, messages, format: PERSON_SCHEMA });
  expectEqual(JSON.parse(reply.message.content), PERSON);
});

await fact("generates, whole and streamed", async () => {
  expectEqual((await client.generate({ model, prompt: QUESTION })).response, PLAIN_TEXT);
  const chunks = await collect(await client.generate({ model, prompt: QUESTION, stream: true }));
  expectEqual(chunks.map(({ response }) => response).join(""), PLAIN_TEXT);
});

await fact("lists and shows the model", async () => {
  const { models } = await client.list();
  expectThat(
    models.some(({ name }) => name.includes(model)),
    "the model is in the list",
    models,
  );
  const shown = await client.show({ model });
  expectThat(shown.capabilities?.includes("completion") === true, "it can complete", shown.capabilities);
  expectThat(Array.isArray((await client.ps()).models), "what is loaded is a list");
});

// The Messages API has none.
if (upstream !== "messages")
  await fact("embeds", async () => {
    const { embeddings } = await client.embed({ model, input: ["river", "wheel"] });
    expectEqual(
      embeddings.map((vector) => vector.length),
      [3, 3],
    );
  });

await fact("an unknown model is an error with its status", async () => {
  const reason: unknown = await client.chat({ model: "nobody-none", messages }).catch((error: unknown) => error);
  expectEqual((reason as { readonly status_code?: number }).status_code, 404);
});

allFactsSaid();
