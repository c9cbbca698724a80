import { expect, test } from "vitest";
import { oddToolName } from "./plain-names.ts";

const PLAIN = /^[\w-]{1,10}$/;
const call = (name: string) => ({ id: "1", type: "function", name, arguments: "{}" }) as const;

test("plain names are taken", () => {
  const messages = [{ role: "assistant", content: null, toolCalls: [call("look")] }] as const;
  expect(oddToolName({ model: "m", tools: [{ name: "look-at_it" }], messages }, PLAIN)).toBeUndefined();
});

test.each(["mcp.look", "ölmühle", "x".repeat(11), ""])("a tool called %j is refused at its place", (name) => {
  expect(oddToolName({ model: "m", tools: [{ name: "look" }, { name }] }, PLAIN)).toMatchObject({
    kind: "unsupported",
    param: "tools[1].function.name",
  });
  const messages = [{ role: "assistant", content: null, toolCalls: [call(name)] }] as const;
  expect(oddToolName({ model: "m", messages }, PLAIN)?.param).toBe("messages[0].tool_calls[0].function.name");
});
