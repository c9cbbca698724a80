import OpenAI6 from "openai-6";
import OpenAI7 from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { keepingServer } from "../../packages/millrace/src/gateway/testing/keeping-server.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";

let gateway: MillraceProcess;
let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await createScriptedUpstream(keepingServer("a"));
  gateway = await startMillrace({
    config: `probe_interval: 0
providers:
  cloud: { profile: openai, base_url: "${upstream.url}", api_key: sk-secret }
keys: [{ name: me, key: k-mine }, { name: you, key: k-yours }]
`,
  });
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});

describe.each([
  { version: 6, OpenAI: OpenAI6 as unknown as typeof OpenAI7 },
  { version: 7, OpenAI: OpenAI7 },
])("the openai package, version $version, in front of OpenAI", ({ OpenAI }) => {
  const connect = (apiKey: string): OpenAI7 => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
  const model = "cloud/gpt-4.1";

  test("reads, cancels and deletes a response that is made in the background", async () => {
    const { responses } = connect("k-mine");
    const { id, status } = await responses.create({ model, input: "hi", background: true });
    expect(status).toBe("queued");
    expect(await responses.retrieve(id, { include: ["reasoning.encrypted_content"] })).toMatchObject({ id });
    expect((await responses.inputItems.list(id)).data).toHaveLength(1);
    expect(await responses.cancel(id)).toMatchObject({ id, status: "cancelled" });
    await expect(connect("k-yours").responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await responses.delete(id);
    await expect(responses.retrieve(id)).rejects.toMatchObject({ status: 404, message: /is not here/ });
  });

  test("goes on from one that was streamed", async () => {
    const { responses } = connect("k-mine");
    const { id, output_text: text } = await responses.stream({ model, input: "hi" }).finalResponse();
    expect(text).toBe("Hello");
    const next = await responses.create({ model, input: "and?", previous_response_id: id });
    expect(next.output_text).toBe("Hello");
    expect(upstream.exchanges.at(-1)?.request.json()).toMatchObject({ previous_response_id: id, model: "gpt-4.1" });
  });
});
