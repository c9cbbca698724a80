/** The @anthropic-ai/sdk package, majors 0 and 1. */
import { allFactsSaid, collect, expectEqual, expectThat, fact, gateway, load, model } from "./facts.ts";
import {
  FINAL_TEXT,
  PLAIN_TEXT,
  QUESTION,
  TOOL,
  TOOL_DESCRIPTION,
  TOOL_INPUT,
  TOOL_OUTPUT,
  TOOL_SCHEMA,
} from "./weather.ts";

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly input?: unknown;
}
interface Message {
  readonly content: readonly Block[];
  readonly stop_reason: string | null;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}
interface MessageEvent {
  readonly type: string;
}
interface MessageStream {
  on(event: "text", listener: (delta: string) => void): MessageStream;
  finalMessage(): Promise<Message>;
}
/** What the facts use of the client, alike in both majors. */
interface Anthropic {
  readonly messages: {
    create(body: object): Promise<Message>;
    stream(body: object): MessageStream & AsyncIterable<MessageEvent>;
    countTokens(body: object): Promise<{ readonly input_tokens: number }>;
  };
  readonly models: { list(query?: object): AsyncIterable<{ readonly id: string; readonly display_name: string }> };
}
interface AnthropicSdk {
  readonly default: {
    new (options: object): Anthropic;
    readonly NotFoundError: new (...args: never[]) => Error;
  };
}

const { default: Client } = await load<AnthropicSdk>("@anthropic-ai/sdk");
const client = new Client({ baseURL: gateway, apiKey: "dummy", maxRetries: 0 });
const messages = [{ role: "user", content: QUESTION }];
const tools = [{ name: TOOL, description: TOOL_DESCRIPTION, input_schema: TOOL_SCHEMA }];
const base = { model, max_tokens: 1024, messages };

const textOf = ({ content }: Message): string => content.map(({ text }) => text ?? "").join("");

await fact("answers whole, with usage", async () => {
  const reply = await client.messages.create({ ...base, system: "Be short." });
  expectEqual(textOf(reply), PLAIN_TEXT);
  expectEqual(reply.stop_reason, "end_turn");
  expectThat(reply.usage.output_tokens > 0 && reply.usage.input_tokens > 0, "usage is counted", reply.usage);
});

await fact("streams every step of the ladder in order", async () => {
  const types = (await collect(client.messages.stream(base))).map(({ type }) => type);
  const steps = types.filter((type, index) => type !== "ping" && type !== types[index - 1]);
  expectEqual(steps, [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});

await fact("calls a tool, with thinking, in a stream, to the last word", async () => {
  const thinking = { type: "enabled", budget_tokens: 1024 };
  const body = { ...base, max_tokens: 4096, thinking, tools };
  let text = "";
  const first = await client.messages
    .stream(body)
    .on("text", (delta) => (text += delta))
    .finalMessage();
  expectEqual(first.stop_reason, "tool_use");
  expectEqual(text, textOf(first));
  expectThat(first.usage.output_tokens > 0, "usage is counted", first.usage);
  const call = first.content.find(({ type }) => type === "tool_use");
  expectEqual(call?.input, TOOL_INPUT);
  const result = { type: "tool_result", tool_use_id: call?.id, content: [{ type: "text", text: TOOL_OUTPUT }] };
  const rest = [
    { role: "assistant", content: first.content },
    { role: "user", content: [result] },
  ];
  const last = await client.messages.create({ ...body, messages: [...messages, ...rest] });
  expectEqual(textOf(last), FINAL_TEXT);
});

await fact("a forced tool is called", async () => {
  const reply = await client.messages.create({ ...base, tools, tool_choice: { type: "tool", name: TOOL } });
  expectEqual(reply.content.find(({ type }) => type === "tool_use")?.input, TOOL_INPUT);
});

await fact("counts tokens", async () => {
  const { input_tokens } = await client.messages.countTokens({ model, messages, tools });
  expectThat(input_tokens > 0, "there are some", input_tokens);
});

await fact("lists the models, with names to show", async () => {
  const listed = (await collect(client.models.list({ limit: 1000 }))).find(({ id }) => id.includes(model));
  expectThat((listed?.display_name ?? "") !== "", "the model has a name", listed);
});

await fact("an unknown model is an error of its own kind", async () => {
  const request = client.messages.create({ ...base, model: "nobody/none" });
  const reason: unknown = await request.catch((error: unknown) => error);
  expectThat(reason instanceof Client.NotFoundError, "it is a NotFoundError", String(reason));
});

allFactsSaid();
