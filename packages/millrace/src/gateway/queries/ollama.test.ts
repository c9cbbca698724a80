import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { MemoryResponses } from "../../stores/memory/responses.ts";
import { ModelCatalog } from "../catalog.ts";
import { Gate } from "../gate.ts";
import { Live } from "../live.ts";
import { RefusalError } from "../refusal.ts";
import type { OllamaQuestion } from "../route.ts";
import { planOf } from "../testing/plan.ts";
import { RecordingClient } from "../testing/recording-client.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { answerOllama } from "./ollama.ts";
import type { QueryReply } from "./query.ts";

const OFFERED = [
  modelInfo("desk", "qwen3-8b", { state: "ready", contextLength: 32_768, raw: { capabilities: ["tools", "vision"] } }),
  modelInfo("desk", "llama3.2:latest", { state: "unloaded" }),
];

/** What a gateway answers whose provider has two models, one of which is loaded. */
async function ask(question: OllamaQuestion, body?: JsonValue): Promise<QueryReply> {
  const clock = new FakeClock();
  const plan = planOf([new ScriptedProvider("desk", { models: async () => OFFERED })], {
    models: { fast: ["desk/qwen3-8b"] },
  });
  const ports = {
    clock,
    ids: { gatewayId: "gw-test", requestId: () => "r" },
    random: () => 0.5,
    records: { add: () => undefined },
    responses: new MemoryResponses(() => clock.now()),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const { request } = new RecordingClient(body === undefined ? { method: "GET" } : { body });
  const live = new Live(ports);
  return answerOllama(
    { id: "r", request, plan, catalog: new ModelCatalog(plan, clock), live, gate: new Gate(), ports },
    question,
  );
}

async function refusalOf(question: OllamaQuestion, body: JsonValue): Promise<unknown> {
  const error = await ask(question, body).catch((thrown: unknown) => thrown);
  return error instanceof RefusalError ? error.failure : error;
}

const modelsIn = ({ body }: QueryReply): readonly JsonObject[] => (body as { models: readonly JsonObject[] }).models;
const namesIn = (reply: QueryReply): unknown =>
  modelsIn(reply).map(({ name, model }) => (name === model ? name : { name, model }));

test("the version is told to anybody", async () => {
  expect((await ask("version")).body).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
});

describe("lists", () => {
  test("of all models", async () => {
    const reply = await ask("tags");
    expect(namesIn(reply)).toEqual(["fast", "desk/qwen3-8b", "desk/llama3.2:latest"]);
    expect(modelsIn(reply)[0]).toMatchObject({ capabilities: ["completion", "tools", "vision"] });
  });

  test("of those that are loaded", async () => {
    expect(namesIn(await ask("ps"))).toEqual(["fast", "desk/qwen3-8b"]);
  });

  test("every name has a digest of its own, the same each time", async () => {
    const digestsOf = async (): Promise<unknown[]> => modelsIn(await ask("tags")).map(({ digest }) => digest);
    const digests = await digestsOf();
    expect(await digestsOf()).toEqual(digests);
    expect(new Set(digests).size).toBe(3);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("one model", () => {
  test.each(["fast", "fast:latest", "qwen3-8b", "desk/qwen3-8b:latest", "llama3.2:latest"])(
    "by the name %s",
    async (model) => {
      expect((await ask("show", { model })).body).toMatchObject({
        model_info: {},
        capabilities: expect.arrayContaining(["tools"]) as string[],
      });
    },
  );

  test("as older clients name it", async () => {
    expect((await ask("show", { name: "fast" })).body).toMatchObject({ model_info: { "fast.context_length": 32_768 } });
  });

  test.each<[JsonValue, object]>([
    [{ model: "none" }, { kind: "model_not_found", status: 404 }],
    [{ model: "" }, { kind: "bad_request", param: "model" }],
    [{}, { kind: "bad_request", param: "model" }],
  ])("%j is refused", async (body, failure) => {
    expect(await refusalOf("show", body)).toMatchObject(failure);
  });
});

describe("fetching a model", () => {
  test("that is there is done at once, in lines", async () => {
    const { status, headers, body } = await ask("pull", { model: "fast" });
    expect([status, headers]).toEqual([200, { "content-type": "application/x-ndjson" }]);
    expect(body).toBe('{"status":"pulling manifest"}\n{"status":"success"}\n');
  });

  test("or in one document", async () => {
    expect(await ask("pull", { model: "fast", stream: false })).toMatchObject({
      headers: {},
      body: { status: "success" },
    });
  });

  test("that is not there cannot be", async () => {
    expect(await refusalOf("pull", { model: "none" })).toMatchObject({ kind: "model_not_found", status: 404 });
  });
});

test("models are not made, copied or deleted here", async () => {
  expect(await refusalOf("manage", {})).toMatchObject({ kind: "unsupported", status: 501, retry: "never" });
});
