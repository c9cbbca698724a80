import type { JsonObject, JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { ContentPart, Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import { partsOf } from "../../packages/millrace/src/wire/translation/conversation.ts";
import type { RequestFeature } from "./request-feature.ts";

/** The smallest picture and the smallest document, in base64. */
export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const PDF = "JVBERi0xLjQKJSVFT0YK";

/** Instructions between turns, as Ollama's clients and Anthropic's write them. */
const LATE_SYSTEM: readonly JsonObject[] = [
  { role: "user", content: "Hello" },
  { role: "assistant", content: "Hello to you." },
  { role: "system", content: "Be brief." },
  { role: "user", content: "How are you?" },
];

export const CONVERSATION_FEATURES: readonly RequestFeature[] = [
  {
    name: "system message",
    ask: {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
      ],
    },
    said: (request) => firstText(request.messages?.filter(({ role }) => role === "system" || role === "developer")),
  },
  {
    ...lateInstructions("system"),
    bodies: { ollama: { messages: LATE_SYSTEM }, messages: { messages: LATE_SYSTEM } },
  },
  lateInstructions("developer"),
  {
    name: "several turns",
    ask: {
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hello to you." },
        { role: "user", content: "How are you?" },
      ],
    },
    said: ({ messages = [] }) => messages.map(({ role }) => role).join(),
  },
  ofContent("image by data", { type: "image", url: `data:image/png;base64,${PNG}` }),
  ofContent("image by URL", { type: "image", url: "https://example.com/mill.png" }),
  ofContent("PDF by data", { type: "file", file: { file_data: `data:application/pdf;base64,${PDF}` } }),
  {
    name: "name of a file",
    ask: { messages: [withPdf({ filename: "report.pdf" })] },
    beside: { messages: [withPdf({})] },
    said: ({ messages = [] }) => {
      const part = messages.flatMap(partsOf).find(({ type }) => type === "file");
      return part?.type === "file" ? part.file["filename"] : undefined;
    },
  },
  {
    ...ofContent("file by its id", { type: "file", file: { file_id: "file-1" } }),
    bodies: {
      "generate-content": {
        contents: [
          {
            role: "user",
            parts: [
              { text: "What is this?" },
              {
                fileData: {
                  mimeType: "application/pdf",
                  fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc",
                },
              },
            ],
          },
        ],
      },
    },
  },
  ofContent("audio", { type: "audio", data: "UklGRg==", format: "wav" }),
  {
    name: "mark for the prompt cache",
    ask: {
      messages: [
        { role: "user", content: [{ type: "text", text: "A long text.", cacheControl: { type: "ephemeral" } }] },
        { role: "assistant", content: "Yes." },
        { role: "user", content: "Hello" },
      ],
    },
    said: ({ messages = [] }) => {
      const marked = messages.flatMap(partsOf).find((part) => "cacheControl" in part);
      return marked && "cacheControl" in marked ? marked.cacheControl : undefined;
    },
  },
];

function lateInstructions(late: "system" | "developer"): RequestFeature {
  return {
    name: `${late} message between turns`,
    ask: {
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hello to you." },
        { role: late, content: "Be brief." },
        { role: "user", content: "How are you?" },
      ],
    },
    said: ({ messages = [] }) => messages.slice(1).find(({ role }) => role === late) && late,
  };
}

function withPdf(file: JsonObject): Message {
  const data = `data:application/pdf;base64,${PDF}`;
  return {
    role: "user",
    content: [
      { type: "text", text: "What is this?" },
      { type: "file", file: { ...file, file_data: data } },
    ],
  };
}

function ofContent(name: string, part: ContentPart): RequestFeature {
  return {
    name,
    ask: { messages: [{ role: "user", content: [{ type: "text", text: "What is this?" }, part] }] },
    said: (request) => partSaid(request, part.type),
  };
}

/** A part as far as what it shows goes. */
function partSaid({ messages = [] }: InferenceRequest, type: ContentPart["type"]): JsonValue | undefined {
  const part = messages.flatMap(partsOf).find((one) => one.type === type);
  if (part?.type === "image") return part.url;
  if (part?.type === "audio") return { data: part.data, format: part.format };
  return part?.type === "file" ? (part.file["file_data"] ?? part.file["file_id"] ?? part.file["file_url"]) : undefined;
}

function firstText(messages: readonly Message[] | undefined): string | undefined {
  const [part] = (messages ?? []).flatMap(partsOf);
  return part?.type === "text" ? part.text : undefined;
}
