import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { Tool, ToolCall } from "../../packages/millrace/src/model/tool.ts";
import { arrayOf, isObject, objectOf } from "../../packages/millrace/src/wire/json/read.ts";
import { answerEncoding } from "./answer-encoding.ts";
import type { ClientDialect, Pair, ServerDialect } from "./dialect.ts";
import { CLIENTS, PAIRS, SERVERS } from "./dialects.ts";
import { answer } from "./reply-features.ts";
import { written } from "./request-verdicts.ts";
import { readEvents, readRequest, responseOf, translatedRequest } from "./translate.ts";

const NAMES = ["mcp.server:run", "ölmühle", `long-${"x".repeat(120)}`];

const pairs = PAIRS.filter(({ client, server }) => client.name !== server.name);

describe.each(pairs)("tools of $client.name with $server.name", (pair) => {
  test.each(NAMES)("a call of %s comes back under that name", (name) => {
    const body = written(pair.client, { tools: [{ name, parameters: { type: "object", properties: {} } }] });
    const response = responseOf(
      readEvents({ codec: pair.client.writer, model: "fast" }, calledBack(pair, body), [name]),
    );
    expect(response?.toolCalls.map((call) => call.name)).toEqual([name]);
  });
});

describe.each(SERVERS.filter(({ name }) => name !== "responses"))("tools of Responses with $name", (server) => {
  const client = clientOf("responses");

  test("a tool of a namespace is called by its own name in it", () => {
    const tool = { type: "function", name: "run", parameters: { type: "object", properties: {} } };
    const tools = [{ type: "namespace", name: "town", description: "Of towns.", tools: [tool] }];
    expect(itemsOf({ client, server }, { ...written(client), tools })).toContainEqual(
      expect.objectContaining({ type: "function_call", namespace: "town", name: "run" }),
    );
  });

  test("a tool of free text is called with text", () => {
    const tools = [{ type: "custom", name: "run", description: "Runs a script." }];
    expect(itemsOf({ client, server }, { ...written(client), tools }, '{"input":"echo"}')).toContainEqual(
      expect.objectContaining({ type: "custom_tool_call", name: "run", input: "echo" }),
    );
  });
});

/** The stream in which the server calls the first tool that it was offered, as the client gets it. */
function calledBack({ client, server }: Pair, body: JsonObject, text = "{}"): Uint8Array {
  const asked = readRequest(client, body);
  if ("kind" in asked) throw new RangeError(asked.message);
  const input = JSON.parse(text) as JsonObject;
  const call: ToolCall = {
    id: "call_1",
    type: "function",
    name: offered(client, server, body),
    arguments: text,
    input,
  };
  const bytes = server.streamOf(answer({ text: "", toolCalls: [call], finishReason: "tool_calls" }));
  const told = readEvents(server, bytes, (asked.request.tools ?? []).map(nameOf));
  return new TextEncoder().encode(client.codec.createStreamEncoder(answerEncoding(body)).encode(told));
}

/** What the server knows the client's first tool by. */
function offered(client: ClientDialect, server: ServerDialect, body: JsonObject): string {
  const read = server.readRequest(translatedRequest(client, server, body).body);
  const [tool] = "kind" in read ? [] : (read.tools ?? []);
  if (tool === undefined) throw new RangeError("No tool arrived");
  return nameOf(tool);
}

function nameOf(tool: Tool): string {
  return "name" in tool ? tool.name : "";
}

/** The items of a response at its end. */
function itemsOf(pair: Pair, body: JsonObject, text?: string): readonly JsonObject[] {
  const stream = new TextDecoder().decode(calledBack(pair, body, text));
  const last = stream.trim().split("\n").at(-1)?.replace("data: ", "") ?? "{}";
  const { response } = JSON.parse(last) as JsonObject;
  return arrayOf(objectOf(response)?.["output"]).filter(isObject);
}

function clientOf(name: string): ClientDialect {
  const client = CLIENTS.find((one) => one.name === name);
  if (client === undefined) throw new RangeError(`No client speaks ${name}`);
  return client;
}
