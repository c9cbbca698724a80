import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { body, json } from "./replies.ts";

const LISTED = { call: "models" } as const;
const HEALTH = { call: "health" } as const;
const NO_HEALTH_PER_PROVIDER = "the gateway tells its own readiness; a provider's health is the library's to ask";

const list = (...data: readonly JsonObject[]): JsonValue => ({ object: "list", data });

/** Catalogue E, 186–192: lists of models, and health. */
export const LIST_AND_HEALTH_CASES: readonly ConformanceCase[] = [
  {
    number: 186,
    title: "a list whose data is null is empty",
    ask: LISTED,
    replies: [json({ object: "list", data: null })],
    expected: { models: [], error: undefined },
  },
  {
    number: 187,
    title: "a bare array is a list",
    ask: LISTED,
    setup: { profile: "together" },
    replies: [json([{ id: "meta/llama", type: "chat", context_length: 8192 }])],
    expected: { models: [{ id: "meta/llama", contextLength: 8192 }] },
  },
  {
    number: 188,
    title: "of models and data, data is the list",
    ask: LISTED,
    setup: { profile: "llama.cpp" },
    replies: [
      json({
        models: [{ name: "other", model: "other" }],
        object: "list",
        data: [{ id: "tiny", object: "model", owned_by: "llamacpp", meta: { n_ctx: 2048, n_ctx_train: 4096 } }],
      }),
    ],
    expected: { models: [{ id: "tiny", contextLength: 2048, state: "ready" }] },
  },
  {
    number: 189,
    variant: "only an id",
    title: "an entry with nothing but an id is kept",
    ask: LISTED,
    setup: { profile: "localai" },
    replies: [json(list({ id: "gpt-4", object: "model" }))],
    expected: { models: [{ id: "gpt-4" }] },
  },
  {
    number: 189,
    variant: "status",
    title: "a router's status is read",
    ask: LISTED,
    setup: { profile: "llama.cpp" },
    replies: [
      json(
        list(
          { id: "a", status: { value: "loaded" } },
          { id: "b", status: { value: "unloaded" } },
          { id: "c", status: { value: "loading" } },
        ),
      ),
    ],
    expected: {
      models: [
        { id: "a", state: "ready" },
        { id: "b", state: "unloaded" },
        { id: "c", state: "loading" },
      ],
    },
  },
  {
    number: 189,
    variant: "default alias",
    title: "an alias that stands for whatever is loaded is kept",
    ask: LISTED,
    replies: [json(list({ id: "default", object: "model" }, { id: "qwen", object: "model", tools_available: true }))],
    expected: { models: [{ id: "default" }, { id: "qwen" }] },
  },
  {
    number: 190,
    title: "ids with slashes, colons, at signs, spaces and other scripts come back as they are",
    ask: LISTED,
    replies: [json(list({ id: "org/model:free" }, { id: "qwen3:8b@q4 k" }, { id: "模型" }))],
    expected: { models: [{ id: "org/model:free" }, { id: "qwen3:8b@q4 k" }, { id: "模型" }] },
  },
  {
    number: 191,
    title: "a server whose health is fine and whose list wants a key is reachable, and wants a key",
    ask: HEALTH,
    setup: { profile: "llama.cpp" },
    replies: [
      json({ status: "ok" }),
      json({ error: { code: 401, message: "Invalid API Key", type: "authentication_error" } }, 401),
    ],
    expected: { health: { healthy: false, state: "auth_required" } },
    notApplicable: { gateway: NO_HEALTH_PER_PROVIDER },
  },
  ...healthCases(),
];

function healthCases(): readonly ConformanceCase[] {
  const health = (
    variant: string,
    title: string,
    replies: ConformanceCase["replies"],
    state: string,
  ): ConformanceCase => ({
    number: 192,
    variant,
    title,
    ask: HEALTH,
    setup: { profile: "vllm" },
    replies,
    expected: { health: { state, healthy: state === "up" } } as ConformanceCase["expected"],
    notApplicable: { gateway: NO_HEALTH_PER_PROVIDER },
  });
  const models = json(list({ id: "m" }));
  return [
    health("status ok", "a status of ok is up", [json({ status: "ok" }), models], "up"),
    health("empty", "an empty 200 is up", [body("", 200, { "content-type": "text/plain" }), models], "up"),
    health("text", "a text is up", [body("healthy", 200, { "content-type": "text/plain" }), models], "up"),
    health(
      "loading",
      "503 while the model loads is loading",
      [json({ error: { message: "Loading model", type: "unavailable_error", code: 503 } }, 503)],
      "loading",
    ),
    health(
      "not there",
      "without that route the list of models is asked",
      [json({ detail: "Not Found" }, 404), models],
      "up",
    ),
  ];
}
