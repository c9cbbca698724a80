import type { JsonObject, JsonValue } from "../../../packages/millrace/src/model/json.ts";
import { type Answer, type Asked, OPAQUE_REASONING, USAGE } from "./asked.ts";
import { type Fault, MODEL, type UpstreamDialect } from "./dialect.ts";
import { brokenOff, changed, comments, commonFaults } from "./faults.ts";
import { listOf, objectOf, objectsOf, textOf, without } from "./fields.ts";
import { event, type Frame, mapData, piecesOf } from "./frame.ts";

const usageMetadata = {
  promptTokenCount: USAGE.input,
  candidatesTokenCount: USAGE.output,
  totalTokenCount: USAGE.input + USAGE.output,
};
/** The rules for signatures go by the name. */
const MODEL_ID = `gemini-3-${MODEL}`;
const HEAD = { modelVersion: MODEL_ID, responseId: "scripted" };

const partsOf = (body: JsonObject): readonly JsonObject[] =>
  objectsOf(body["contents"]).flatMap(({ parts }) => objectsOf(parts));

function read(body: JsonObject, path: string): Asked {
  const declared = objectsOf(body["tools"]).flatMap((tool) => objectsOf(tool["functionDeclarations"]));
  const calling = objectOf(objectOf(body["toolConfig"])["functionCallingConfig"]);
  const [allowed, ...others] = listOf(calling["allowedFunctionNames"]).map(textOf);
  const config = objectOf(body["generationConfig"]);
  const schema = config["responseJsonSchema"] ?? config["responseSchema"];
  const parts = partsOf(body);
  return {
    tools: declared.map((tool) => ({
      name: textOf(tool["name"]),
      schema: objectOf(tool["parametersJsonSchema"] ?? tool["parameters"]),
    })),
    results: parts.flatMap(({ functionResponse }) =>
      functionResponse === undefined ? [] : [resultText(objectOf(functionResponse)["response"])],
    ),
    opaqueReasoning: parts.flatMap(({ thoughtSignature }) => (thoughtSignature ? [textOf(thoughtSignature)] : [])),
    stream: path.includes(":stream"),
    ...(allowed !== undefined && others.length === 0 ? { forcedTool: allowed } : {}),
    ...(schema === undefined ? {} : { answerSchema: objectOf(schema) }),
  };
}

/** A result is an object of any shape; all its texts are the result. */
function resultText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  const parts = Array.isArray(value) ? listOf(value) : Object.values(objectOf(value));
  return parts.map((part) => resultText(part)).join("\n");
}

function contentOf({ reasoning, text, call }: Answer): JsonObject[] {
  return [
    ...(reasoning === undefined ? [] : piecesOf(reasoning).map((piece) => ({ text: piece, thought: true }))),
    ...piecesOf(text).map((piece) => ({ text: piece })),
    ...(call === undefined
      ? []
      : [{ functionCall: { id: call.id, name: call.name, args: call.args }, thoughtSignature: OPAQUE_REASONING }]),
  ];
}

function whole(answer: Answer): JsonObject {
  const content = { role: "model", parts: contentOf(answer) };
  return { candidates: [{ index: 0, content, finishReason: "STOP" }], usageMetadata, ...HEAD };
}

function stream(answer: Answer): readonly Frame[] {
  const parts = contentOf(answer);
  return parts.map((part, index) => {
    const last = index === parts.length - 1 ? { finishReason: "STOP" } : {};
    const candidates = [{ index: 0, content: { role: "model", parts: [part] }, ...last }];
    return event({ candidates, usageMetadata, ...HEAD });
  });
}

function error(status: number, message: string): JsonObject {
  return { error: { code: status, message, status: status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT" } };
}

/** Stands for a signature that nobody has, as Google's documentation allows. */
const NO_SIGNATURE = "skip_thought_signature_validator";

/** The newest models refuse a call of theirs that comes back without the signature it was given. */
function refuses(body: JsonObject): string | undefined {
  const signatures = partsOf(body)
    .filter(({ functionCall }) => functionCall !== undefined)
    .map(({ thoughtSignature }) => textOf(thoughtSignature));
  if (signatures.every((signature) => [OPAQUE_REASONING, NO_SIGNATURE].includes(signature))) return undefined;
  return "Function call is missing a thought_signature in functionCall parts.";
}

const faults: Readonly<Record<string, Fault>> = {
  comments,
  "no usage": changed("passes", (frames) => mapData(frames, (data) => without(data, "usageMetadata"))),
  "no finish reason": changed("ends", (frames) =>
    mapData(frames, (data) => ({
      ...data,
      candidates: objectsOf(data["candidates"]).map((candidate) => without(candidate, "finishReason")),
    })),
  ),
  "error mid-stream": brokenOff(event(error(503, "The model is overloaded."))),
  ...commonFaults,
};

const model = {
  name: `models/${MODEL_ID}`,
  displayName: MODEL_ID,
  supportedGenerationMethods: ["generateContent", "countTokens", "embedContent"],
  inputTokenLimit: 100_000,
  outputTokenLimit: 8192,
};
const embedding = { values: [0.25, 0.5, 0.75] };

/** Google's generateContent. */
export const gemini: UpstreamDialect = {
  id: "gemini",
  profile: "gemini",
  modelId: MODEL_ID,
  framing: "sse",
  eventsQuery: "alt=sse",
  basePath: "/v1beta",
  path: /:(generateContent|streamGenerateContent)$/,
  read,
  whole,
  stream,
  error,
  refuses,
  faults,
  others: [
    { method: "GET", path: /\/models$/, answer: () => ({ models: [model] }) },
    { method: "GET", path: /\/models\/[^/:]+$/, answer: () => model },
    { method: "POST", path: /:countTokens$/, answer: () => ({ totalTokens: USAGE.input }) },
    { method: "POST", path: /:embedContent$/, answer: () => ({ embedding }) },
    {
      method: "POST",
      path: /:batchEmbedContents$/,
      answer: (body) => ({ embeddings: objectsOf(body["requests"]).map(() => embedding) }),
    },
  ],
};
