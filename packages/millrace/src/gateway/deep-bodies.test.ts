import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../conformance/fake-clock.ts";
import { createScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { HttpProvider } from "../providers/http-provider.ts";
import { testGateway } from "./testing/test-gateway.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const DEPTH = 60_000;
/** More than is written without an overflow of the stack. */
const DEEP = '{"a":'.repeat(DEPTH) + "1" + "}".repeat(DEPTH);
const DEEP_SCHEMA = DEEP.replaceAll('"a"', '"not"');
const ASKED = '{"role":"user","content":"hi"}';
const USED = `{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":${DEEP}}]}`;
const RESULT = '{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"x"}]}';
const CALL = `{"type":"function_call","call_id":"c","name":"f","arguments":${DEEP}}`;
const OUTPUT = '{"type":"function_call_output","call_id":"c","output":"x"}';

describe("a body that is nested too deeply to be written in another dialect is a 400", () => {
  test.each<[string, string, string]>([
    [
      "arguments",
      "/api/chat",
      `"messages":[${ASKED},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":${DEEP}}}]}]`,
    ],
    ["a schema", "/api/chat", `"messages":[${ASKED}],"format":${DEEP}`],
    ["arguments", "/v1/messages", `"max_tokens":5,"messages":[${ASKED},${USED},${RESULT}]`],
    ["a schema", "/v1/messages", `"max_tokens":5,"messages":[${ASKED}],"tools":[{"name":"f","input_schema":${DEEP}}]`],
    ["arguments that are counted", "/v1/messages/count_tokens", `"messages":[${ASKED},${USED},${RESULT}]`],
    ["arguments", "/v1/responses", `"input":[${CALL},${OUTPUT}]`],
    ["arguments of the other dialect", "/v1/chat/completions", `"input":[${CALL},${OUTPUT}]`],
    [
      "arguments",
      "/v1beta/models/desk/m:generateContent",
      `"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":${DEEP}}}]}]`,
    ],
    [
      "settings",
      "/v1beta/models/desk/m:batchEmbedContents",
      `"requests":[{"content":{"parts":[{"text":"hi"}]},"x":${DEEP}}]`,
    ],
  ])("%s at %s", async (_what, path, fields) => {
    const upstream = await createScriptedUpstream((exchange) => exchange.json({}));
    const provider = new HttpProvider({ name: "desk", profile: "openai-compatible", baseUrl: upstream.url });
    opened.push(provider, upstream);
    const { call, log } = testGateway(new FakeClock(), [provider]);
    const { status, text } = await call({ path, body: new TextEncoder().encode(`{"model":"desk/m",${fields}}`) });
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining("nested too deeply") });
    expect(log.map(({ event }) => event)).not.toContain("defect");
    expect(upstream.exchanges).toEqual([]);
  });

  test.each(["anthropic", "gemini", "openai-responses", "ollama-native", "llama.cpp"])(
    "a schema of a tool, in front of %s",
    async (profile) => {
      const upstream = await createScriptedUpstream((exchange) => exchange.json({}));
      const provider = new HttpProvider({ name: "desk", profile, baseUrl: upstream.url, apiKey: "k" });
      opened.push(provider, upstream);
      const { call, log } = testGateway(new FakeClock(), [provider]);
      const tools = `"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":${DEEP_SCHEMA}}}]`;
      const body = new TextEncoder().encode(`{"model":"desk/m","messages":[${ASKED}],${tools}}`);
      const { status, text } = await call({ path: "/v1/chat/completions", body });
      expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining("nested too deeply") });
      expect(log.map(({ event }) => event)).not.toContain("defect");
      expect(upstream.exchanges).toEqual([]);
    },
  );
});
