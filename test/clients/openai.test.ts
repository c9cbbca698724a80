import OpenAI6 from "openai-6";
import OpenAI7 from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

const TOOLS = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      description: "The weather of a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];
const SCHEMA = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

let gateway: MillraceProcess;
beforeAll(async () => {
  gateway = await startMillrace();
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
});

describe.each([
  { version: 6, OpenAI: OpenAI6 as unknown as typeof OpenAI7 },
  { version: 7, OpenAI: OpenAI7 },
])("the openai package, version $version", ({ OpenAI }) => {
  const model = "simulator/sim-chat";
  const connect = (): OpenAI7 => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
  const ask = (content: string): OpenAI7.ChatCompletionMessageParam[] => [{ role: "user", content }];

  test("gets a whole answer with usage", async () => {
    const answer = await connect().chat.completions.create({ model, messages: ask("[[say Grüße, 世界 👋🏽.]]") });
    expect(answer.choices[0]?.message).toMatchObject({ role: "assistant", content: "Grüße, 世界 👋🏽." });
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect(answer.usage?.total_tokens).toBe(
      (answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0),
    );
  });

  test("streams the same answer, and its usage when asked", async () => {
    const stream = await connect().chat.completions.create({
      model,
      messages: ask("[[say Grüße, 世界 👋🏽.]]"),
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let finish: string | null | undefined;
    let usage: OpenAI7.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    expect({ text, finish }).toEqual({ text: "Grüße, 世界 👋🏽.", finish: "stop" });
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  test.each([false, true])("runs a tool loop to its end (stream: %s)", async (stream) => {
    const client = connect();
    const messages = ask("[[tool get_weather]]");
    const first = stream
      ? await client.chat.completions.stream({ model, messages, tools: TOOLS }).finalChatCompletion()
      : await client.chat.completions.create({ model, messages, tools: TOOLS });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    if (!message || call?.type !== "function") throw new Error("No tool was called");
    expect(call.function.name).toBe("get_weather");
    expect(Object.keys(JSON.parse(call.function.arguments) as object)).toEqual(["city"]);

    const second = await client.chat.completions.create({
      model,
      messages: [...messages, message, { role: "tool", tool_call_id: call.id, content: "4 degrees, rain" }],
      tools: TOOLS,
    });
    expect(second.choices[0]?.finish_reason).toBe("stop");
    expect(second.choices[0]?.message.content).toContain("4 degrees, rain");
  });

  test("gets an answer in the shape of a JSON Schema", async () => {
    const answer = await connect().chat.completions.create({
      model,
      messages: ask("Who?"),
      response_format: { type: "json_schema", json_schema: { name: "person", schema: SCHEMA, strict: true } },
    });
    const person = JSON.parse(answer.choices[0]?.message.content ?? "") as Record<string, unknown>;
    expect(typeof person["name"]).toBe("string");
    expect(Number.isInteger(person["age"])).toBe(true);
  });

  test("embeds: base64 on the wire by default, floats when asked, the same numbers", async () => {
    const embed = async (format?: "float"): Promise<number[][]> => {
      const reply = await connect().embeddings.create({
        model: "simulator/sim-embed",
        input: ["river", "wheel"],
        ...(format === undefined ? {} : { encoding_format: format }),
      });
      return reply.data.map((item) => item.embedding);
    };
    const [packed, floats] = [await embed(), await embed("float")];
    expect(packed.map((vector) => vector.length)).toEqual(floats.map((vector) => vector.length));
    packed.flat().forEach((value, i) => expect(value).toBeCloseTo(floats.flat()[i] ?? Number.NaN, 6));
    expect(packed[0]).not.toEqual(packed[1]);
  });

  test("lists the models and finds one of them", async () => {
    const ids: string[] = [];
    for await (const listed of connect().models.list()) ids.push(listed.id);
    expect(ids).toContain(model);
    expect(await connect().models.retrieve(model)).toMatchObject({ id: model, object: "model" });
  });

  test("gets legacy completions, whole and streamed", async () => {
    const whole = await connect().completions.create({ model, prompt: "[[say hello there]]" });
    expect(whole.choices[0]?.text).toContain("hello there");
    let streamed = "";
    for await (const chunk of await connect().completions.create({
      model,
      prompt: "[[say hello there]]",
      stream: true,
    })) {
      streamed += chunk.choices[0]?.text ?? "";
    }
    expect(streamed).toBe(whole.choices[0]?.text);
  });

  test("an upstream's error is the package's own error, with status, code and message", async () => {
    const error = await connect()
      // Not the model of the other tests: one that is limited is left alone for as long as it says.
      .chat.completions.create({ model: "simulator/sim-reasoner", messages: ask("[[fail 429]]") })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ status: 429, code: "rate_limit" });
  });

  test("an unknown model is a 404 that says what exists", async () => {
    const error = await connect()
      .chat.completions.create({ model: "nope", messages: ask("hi") })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found" });
    expect(String(error)).toContain("simulator/sim-chat");
  });

  test("a failure in the middle of a stream is thrown, never an end", async () => {
    const stream = await connect().chat.completions.create({ model, messages: ask("[[cut]]"), stream: true });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.object).toBe("chat.completion.chunk");
    };
    await expect(read()).rejects.toThrow();
  });
});
