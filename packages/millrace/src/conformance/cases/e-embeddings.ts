import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { json } from "./replies.ts";

const embedding = (vector: JsonValue, more: JsonObject = {}): JsonObject => ({
  object: "embedding",
  embedding: vector,
  ...more,
});
const list = (...data: readonly JsonValue[]): JsonValue => ({
  object: "list",
  model: "m",
  data,
  usage: { prompt_tokens: 3, total_tokens: 3 },
});

const TEXT = { call: "embeddings", request: { input: "a" } } as const;
const TEXTS = { call: "embeddings", request: { input: ["a", "b"] } } as const;
const AS_BASE64 = { call: "embeddings", request: { input: "a", encodingFormat: "base64" } } as const;
const AS_FLOAT = { call: "embeddings", request: { input: "a", encodingFormat: "float" } } as const;
/** 1, -0.5 and 0.25 as little-endian 32-bit floats. */
const IN_BASE64 = "AACAPwAAAL8AAIA+";
const IN_FLOATS = [1, -0.5, 0.25];
const SAME = { vectors: [IN_FLOATS], usage: { promptTokens: 3 }, error: undefined } as const;
const BROKEN = { error: { code: "protocol" } } as const;

const TWELVE_TEXTS = Array.from({ length: 12 }, (_, at) => `text ${at}`);
/** Vectors that tell which of the inputs they are of; each reply counts from 0. */
const numbered = (from: number, count: number): JsonValue =>
  list(...Array.from({ length: count }, (_, index) => embedding([from + index, 1], { index })));

/** Catalogue E, 193–200: embeddings, and endpoints beside them. */
export const EMBEDDINGS_CASES: readonly ConformanceCase[] = [
  {
    number: 193,
    variant: "float",
    title: "numbers",
    ask: AS_FLOAT,
    replies: [json(list(embedding(IN_FLOATS, { index: 0 })))],
    expected: SAME,
  },
  {
    number: 193,
    variant: "base64",
    title: "base64 of little-endian floats",
    ask: AS_BASE64,
    replies: [json(list(embedding(IN_BASE64, { index: 0 })))],
    expected: SAME,
  },
  {
    number: 193,
    variant: "base64 ignored",
    title: "numbers although base64 was asked for",
    ask: AS_BASE64,
    replies: [json(list(embedding(IN_FLOATS, { index: 0 })))],
    expected: SAME,
  },
  {
    number: 193,
    variant: "float ignored",
    title: "base64 although numbers were asked for",
    ask: AS_FLOAT,
    replies: [json(list(embedding(IN_BASE64, { index: 0 })))],
    expected: SAME,
  },
  {
    number: 194,
    variant: "out of order",
    title: "items out of order are put in order",
    ask: TEXTS,
    replies: [json(list(embedding([2, 2], { index: 1 }), embedding([1, 1], { index: 0 })))],
    expected: {
      vectors: [
        [1, 1],
        [2, 2],
      ],
    },
  },
  {
    number: 194,
    variant: "no index",
    title: "without an index the order stays",
    ask: TEXTS,
    replies: [json(list(embedding([2, 2]), embedding([1, 1])))],
    expected: {
      vectors: [
        [2, 2],
        [1, 1],
      ],
    },
  },
  {
    number: 194,
    variant: "nested",
    title: "a vector in a list of its own is taken out of it",
    ask: TEXT,
    replies: [json([{ index: 0, embedding: [IN_FLOATS] }])],
    expected: { vectors: [IN_FLOATS] },
  },
  {
    number: 194,
    variant: "whole numbers",
    title: "whole numbers are numbers",
    ask: TEXT,
    replies: [json(list(embedding([1, 0, -1], { index: 0 })))],
    expected: { vectors: [[1, 0, -1]] },
  },
  {
    number: 194,
    variant: "null",
    title: "an item without a vector is an error that names it",
    ask: TEXTS,
    replies: [json(list(embedding([1], { index: 0 }), embedding(null, { index: 1 })))],
    expected: { error: { code: "protocol", message: /item 1/ } },
    gateway: { status: 502 },
  },
  {
    number: 195,
    variant: "count",
    title: "fewer vectors than inputs is an error",
    ask: TEXTS,
    replies: [json(list(embedding([1], { index: 0 })))],
    expected: { error: { code: "protocol", message: /1 vectors for 2 inputs/ } },
    gateway: { status: 502 },
  },
  {
    number: 195,
    variant: "null",
    title: "data that is null is an error",
    ask: TEXT,
    setup: { profile: "ollama" },
    replies: [json({ object: "", data: null })],
    expected: BROKEN,
    gateway: { status: 502 },
  },
  {
    number: 196,
    title: "more inputs than the server takes at once go in several requests, in order, and their counts add up",
    ask: { call: "embeddings", request: { input: TWELVE_TEXTS } },
    setup: { profile: "dashscope", apiKey: "sk-test" },
    replies: [json(numbered(0, 10)), json(numbered(10, 2))],
    expected: {
      vectors: TWELVE_TEXTS.map((_, at) => [at, 1]),
      usage: { promptTokens: 6, totalTokens: 6 },
      requests: [{ body: { input: TWELVE_TEXTS.slice(0, 10) } }, { body: { input: TWELVE_TEXTS.slice(10) } }],
      error: undefined,
    },
  },
  {
    number: 197,
    title: "a server without embeddings says so",
    ask: TEXT,
    setup: { profile: "llama.cpp" },
    replies: [
      json(
        {
          error: {
            code: 501,
            message: "This server does not support embeddings. Start it with `--embeddings`",
            type: "not_supported_error",
          },
        },
        501,
      ),
    ],
    expected: { error: { code: "unsupported", message: /--embeddings/ } },
    library: { error: { kind: "unsupported", retry: "elsewhere" } },
    gateway: { status: 501 },
  },
  {
    number: 198,
    title: "vectors of several widths are told",
    ask: TEXTS,
    replies: [json(list(embedding([1, 2], { index: 0 }), embedding([1, 2, 3], { index: 1 })))],
    expected: {
      vectors: [
        [1, 2],
        [1, 2, 3],
      ],
    },
    library: { warnings: ["vector-width"] },
  },
  {
    number: 199,
    title: "rerank replies in their several forms",
    ask: TEXT,
    replies: [],
    expected: {},
    notApplicable: { library: "the library has no rerank call", gateway: "the gateway has no rerank endpoint" },
  },
  {
    number: 200,
    title: "transcription replies in their several forms",
    ask: TEXT,
    replies: [],
    expected: {},
    notApplicable: {
      library: "the library has no transcription call",
      gateway: "the gateway has no transcription endpoint",
    },
  },
];
