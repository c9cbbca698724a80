/** The openai package, majors 6 and 7, on chat completions. */
import type OpenAI from "openai";
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

const { default: Client } = await load<{ default: typeof OpenAI }>("openai");
const client = new Client({ baseURL: `${gateway}/v1`, apiKey: "dummy", maxRetries: 0 });
const { completions } = client.chat;
const messages = [{ role: "user" as const, content: QUESTION }];
const tools = [
  { type: "function" as const, function: { name: TOOL, description: TOOL_DESCRIPTION, parameters: TOOL_SCHEMA } },
];

await fact("answers whole, with usage", async () => {
  const reply = await completions.create({ model, messages });
  expectEqual(reply.choices[0]?.message.content, PLAIN_TEXT);
  expectEqual(reply.choices[0]?.finish_reason, "stop");
  expectThat((reply.usage?.completion_tokens ?? 0) > 0, "usage is counted", reply.usage);
});

await fact("streams, with usage when asked", async () => {
  const options = { include_usage: true };
  const chunks = await collect(await completions.create({ model, messages, stream: true, stream_options: options }));
  expectEqual(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), PLAIN_TEXT);
  expectEqual(chunks.filter(({ usage }) => usage).length, 1);
});

await fact("calls a tool, in a stream, to the last word", async () => {
  const { choices } = await completions.stream({ model, messages, tools }).finalChatCompletion();
  const [call] = choices[0]?.message.tool_calls ?? [];
  expectEqual(choices[0]?.finish_reason, "tool_calls");
  expectEqual(call?.type === "function" && JSON.parse(call.function.arguments), TOOL_INPUT);
  const rest = [
    { role: "assistant" as const, content: choices[0]?.message.content ?? null, tool_calls: call ? [call] : [] },
    { role: "tool" as const, tool_call_id: call?.id ?? "", content: TOOL_OUTPUT },
  ];
  const last = await completions.create({ model, messages: [...messages, ...rest], tools });
  expectEqual(last.choices[0]?.message.content, FINAL_TEXT);
});

await fact("runs tools by itself", async () => {
  const asked: unknown[] = [];
  const runner = completions.runTools({
    model,
    messages,
    stream: true,
    tools: [
      {
        type: "function",
        function: {
          name: TOOL,
          description: TOOL_DESCRIPTION,
          parameters: { ...TOOL_SCHEMA, required: [...TOOL_SCHEMA.required] },
          parse: (text: string) => JSON.parse(text) as { city: string },
          function: (input: { city: string }) => {
            asked.push(input);
            return TOOL_OUTPUT;
          },
        },
      },
    ],
  });
  expectEqual(await runner.finalContent(), FINAL_TEXT);
  expectEqual(asked, [TOOL_INPUT]);
});

await fact("answers in the shape of a schema", async () => {
  const format = { type: "json_schema" as const, json_schema: { name: "person", schema: PERSON_SCHEMA, strict: true } };
  const reply = await completions.create({ model, messages, response_format: format });
  expectEqual(JSON.parse(reply.choices[0]?.message.content ?? ""), PERSON);
});

await fact("lists the models", async () => {
  expectThat(
    (await collect(client.models.list())).some(({ id }) => id.includes(model)),
    "the model is in the list",
  );
});

await fact("an unknown model is an error of its own kind", async () => {
  const reason: unknown = await completions.create({ model: "nobody/none", messages }).catch((error: unknown) => error);
  expectThat(reason instanceof Client.NotFoundError, "it is a NotFoundError", String(reason));
});

// The Messages API has none.
if (upstream !== "messages")
  await fact("embeds", async () => {
    const { data } = await client.embeddings.create({ model, input: ["river", "wheel"] });
    expectEqual(
      data.map(({ embedding }) => embedding),
      [
        [0.25, 0.5, 0.75],
        [0.25, 0.5, 0.75],
      ],
    );
  });

allFactsSaid();
