import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { tool } from "@langchain/core/tools";
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

let gateway: MillraceProcess;
beforeAll(async () => {
  gateway = await startMillrace();
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
});

describe("@langchain/openai", () => {
  const chat = (): ChatOpenAI =>
    new ChatOpenAI({
      model: "simulator/sim-chat",
      apiKey: "none",
      maxRetries: 0,
      configuration: { baseURL: `${gateway.url}/v1` },
    });
  const getWeather = tool(({ city }: { city: string }) => `4 degrees in ${city}`, {
    name: "get_weather",
    description: "The weather of a city",
    schema: z.object({ city: z.string() }),
  });

  test("invokes", async () => {
    const answer = await chat().invoke("[[say the wheel turns]]");
    expect(answer.content).toBe("the wheel turns");
    expect(answer).toMatchObject({ usage_metadata: { output_tokens: 3 } });
  });

  test("streams", async () => {
    let text = "";
    for await (const chunk of await chat().stream("[[say the wheel turns]]")) text += chunk.content as string;
    expect(text).toBe("the wheel turns");
  });

  test("runs a tool loop to its end", async () => {
    const question = new HumanMessage("[[tool get_weather]]");
    const model = chat().bindTools([getWeather]);
    const first = await model.invoke([question]);
    const [call] = first.tool_calls ?? [];
    if (!call?.id) throw new Error("No tool was called");
    const result = await getWeather.invoke(call.args as { city: string });
    const second = await model.invoke([question, first, new ToolMessage({ tool_call_id: call.id, content: result })]);
    expect(second.content).toContain("4 degrees");
  });

  test("gives structured output", async () => {
    const schema = z.object({ name: z.string(), age: z.number().int() });
    const person = await chat().withStructuredOutput(schema, { name: "person" }).invoke("Who?");
    expect(schema.parse(person)).toEqual(person);
  });

  test("embeds documents and a query", async () => {
    const embeddings = new OpenAIEmbeddings({
      model: "simulator/sim-embed",
      apiKey: "none",
      configuration: { baseURL: `${gateway.url}/v1` },
    });
    const [river, wheel] = await embeddings.embedDocuments(["river", "wheel"]);
    expect(river).not.toEqual(wheel);
    expect(await embeddings.embedQuery("river")).toEqual(river);
  });
});
