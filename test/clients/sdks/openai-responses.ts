/** The openai package, majors 6 and 7, on Responses. */
import type OpenAI from "openai";
import { allFactsSaid, collect, expectEqual, expectThat, fact, gateway, load, model } from "./facts.ts";
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
const tools = [
  { type: "function" as const, name: TOOL, description: TOOL_DESCRIPTION, parameters: TOOL_SCHEMA, strict: true },
];

await fact("answers whole, with usage", async () => {
  const reply = await client.responses.create({ model, input: QUESTION, store: false });
  expectEqual(reply.output_text, PLAIN_TEXT);
  expectEqual(reply.status, "completed");
  expectThat((reply.usage?.output_tokens ?? 0) > 0, "usage is counted", reply.usage);
});

await fact("streams every step of the ladder in order", async () => {
  const events = await collect(await client.responses.create({ model, input: QUESTION, store: false, stream: true }));
  const deltas = events.flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []));
  expectEqual(deltas.join(""), PLAIN_TEXT);
  const types = events.map(({ type }) => type).filter((type) => !type.endsWith(".delta"));
  expectEqual(types[0], "response.created");
  expectEqual(types.at(-1), "response.completed");
  expectEqual(
    types.filter(
      (type) => type.includes("output_item") || type.includes("content_part") || type.includes("output_text"),
    ),
    [
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
    ],
  );
  expectEqual(
    events.map(({ sequence_number }) => sequence_number),
    events.map((_, index) => index),
  );
});

await fact("calls a tool, in a stream, to the last word, statelessly", async () => {
  const include = ["reasoning.encrypted_content" as const];
  const stream = client.responses.stream({ model, input: QUESTION, tools, store: false, include });
  const first = await stream.finalResponse();
  const call = first.output.find((item) => item.type === "function_call");
  expectEqual(call && JSON.parse(call.arguments), TOOL_INPUT);
  const result = { type: "function_call_output" as const, call_id: call?.call_id ?? "", output: TOOL_OUTPUT };
  // What was answered may be asked again; the types doubt it for kinds of items that are not here.
  const answered = first.output as OpenAI.Responses.ResponseInputItem[];
  const input = [{ role: "user" as const, content: QUESTION }, ...answered, result];
  const last = await client.responses.create({ model, input, tools, store: false, include });
  expectEqual(last.output_text, FINAL_TEXT);
});

await fact("calls a tool with what the gateway keeps", async () => {
  const first = await client.responses.create({ model, input: QUESTION, tools });
  const call = first.output.find((item) => item.type === "function_call");
  const result = { type: "function_call_output" as const, call_id: call?.call_id ?? "", output: TOOL_OUTPUT };
  const last = await client.responses.create({ model, input: [result], tools, previous_response_id: first.id });
  expectEqual(last.output_text, FINAL_TEXT);
});

await fact("answers in the shape of a schema", async () => {
  const format = { type: "json_schema" as const, name: "person", schema: PERSON_SCHEMA, strict: true };
  const reply = await client.responses.create({ model, input: QUESTION, text: { format }, store: false });
  expectEqual(JSON.parse(reply.output_text), PERSON);
});

allFactsSaid();
