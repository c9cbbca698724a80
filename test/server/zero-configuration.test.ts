import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { modelServer } from "../harness/model-server.ts";
import { ollamaOnFreePort } from "../harness/ollama-server.ts";

const upstreams: ScriptedUpstream[] = [];
let gateway: MillraceProcess;
afterEach(async () => {
  expect(await gateway.stop()).toBe(0);
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function providers(): Promise<readonly { readonly name: string; readonly ready: boolean }[]> {
  const body = (await (await fetch(`${gateway.url}/ready`)).json()) as {
    providers: { name: string; ready: boolean }[];
  };
  return body.providers;
}

async function models(): Promise<string[]> {
  const body = (await (await fetch(`${gateway.url}/v1/models`)).json()) as { data: { id: string }[] };
  return body.data.map(({ id }) => id);
}

test("in an empty folder with an empty environment it starts, and answers by the time it prints its URL", async () => {
  gateway = await startMillrace();
  expect(await providers()).toContainEqual(expect.objectContaining({ name: "simulator", ready: true }));
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "simulator/sim-chat", messages: [{ role: "user", content: "hi" }] }),
  });
  expect(await reply.json()).toMatchObject({ object: "chat.completion" });
});

test("it says once where it listens, and that the simulator is no model", async () => {
  gateway = await startMillrace();
  const lines = gateway.output().split("\n");
  expect(lines.filter((line) => line.includes("http://"))).toContain(`millrace is listening on ${gateway.url}`);
  expect(lines.filter((line) => line.includes("listening"))).toHaveLength(1);
  expect(lines.find((line) => line.includes("simulator"))).toMatch(/no model.*in this process/);
});

test("a key in the environment makes a provider of its service, and is in no output", async () => {
  const service = await createScriptedUpstream(modelServer);
  upstreams.push(service);
  gateway = await startMillrace({
    env: { OPENAI_API_KEY: "sk-never-shown", OPENAI_BASE_URL: service.url, AZURE_OPENAI_API_KEY: "sk-az-never-shown" },
  });
  expect(gateway.output()).toMatch(/openai +OpenAI-compatible server +http:\S+ +key from OPENAI_API_KEY\n/);
  expect(gateway.output()).toMatch(/AZURE_OPENAI_API_KEY is set but not used: /);
  expect(await models()).toContain("openai/m");
  expect(service.exchanges.at(-1)?.request.headers["authorization"]).toBe("Bearer sk-never-shown");
  expect(JSON.stringify(await providers())).not.toContain("never-shown");
  expect(gateway.output()).not.toContain("never-shown");
});

test("a model server on a well-known port is found by how it answers", async (context) => {
  const server = await ollamaOnFreePort();
  // Every such port is taken by a server of the machine's owner, which is not ours to move.
  if (server === undefined) return context.skip();
  const { port } = server.address() as AddressInfo;
  gateway = await startMillrace();
  expect(gateway.output()).toMatch(new RegExp(`ollama(-\\d)? +Ollama +http://127.0.0.1:${port} +found running\n`));
  expect(await models()).toEqual(expect.arrayContaining([expect.stringMatching(/^ollama(-\d)?\/qwen3:8b$/)]));
  server.closeAllConnections();
  server.close();
});
