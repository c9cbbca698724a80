import { expect, test } from "vitest";
import { createScriptedUpstream } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { HttpProvider } from "../http-provider.ts";
import type { ForwardRequest } from "../provider.ts";

const LONG = 40_000;

/** What a server of the Gemini dialect is asked, by the library and for a client of another dialect. */
async function askedPaths(model: string, maxTokens: number): Promise<readonly string[]> {
  const upstream = await createScriptedUpstream((exchange) => {
    const reply = { candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP" }] };
    const streams = exchange.request.path.includes("streamGenerateContent");
    return streams ? exchange.stream([`data: ${JSON.stringify(reply)}\n\n`]) : exchange.json(reply);
  });
  const provider = new HttpProvider({ profile: "gemini", apiKey: "sk-1", baseUrl: upstream.url });
  const request: InferenceRequest = { model, prompt: "hi", maxTokens };
  expect(await provider.infer(request)).toMatchObject({ text: "Hi", finishReason: "stop" });
  const forward: ForwardRequest = {
    operation: "chat-completions",
    model,
    body: { bytes: new Uint8Array(), json: {}, outline: {} },
    stream: false,
    conversation: () => ({ request, changes: [] }),
  };
  const { body } = await provider.forward(forward);
  if (body.kind === "event-stream") for await (const _batch of body.events);
  await provider.close();
  await upstream.close();
  return upstream.exchanges.map((exchange) => exchange.request.path.replace(/^.*:/u, ""));
}

const STREAMED = "streamGenerateContent?alt=sse";
const WHOLE = "generateContent";

test.each([
  ["gemini-4-argon", LONG, STREAMED],
  ["gemini-5-neon", LONG, STREAMED],
  ["gemini-4-argon", 32_768, WHOLE],
  ["gemini-3.8-flash", LONG, WHOLE],
])("a whole answer of %s, of up to %d tokens, is asked for as %s", async (model, maxTokens, method) => {
  expect(await askedPaths(model, maxTokens)).toEqual([method, method]);
});
