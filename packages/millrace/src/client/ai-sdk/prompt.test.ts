import {
  type LanguageModelV3Prompt,
  type LanguageModelV4Prompt,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { describe, expect, test } from "vitest";
import { messagesOf } from "./prompt.ts";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

describe("a prompt of the AI SDK becomes messages", () => {
  test("a lone user text is a plain string, which every server takes", () => {
    expect(messagesOf([{ role: "user", content: [{ type: "text", text: "hi" }] }])).toEqual([
      { role: "user", content: "hi" },
    ]);
  });

  test.each<[string, LanguageModelV3Prompt | LanguageModelV4Prompt]>([
    [
      "version 3",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "file", mediaType: "image/png", data: PNG },
          ],
        },
      ],
    ],
    [
      "version 4",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "file", mediaType: "image/png", data: { type: "data", data: PNG } },
          ],
        },
      ],
    ],
  ])("an image of %s becomes a data URL beside the text", (_version, prompt) => {
    expect(messagesOf(prompt)).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "what?" },
          { type: "image", url: "data:image/png;base64,iVBORw==" },
        ],
      },
    ]);
  });

  test("an image by URL stays a URL", () => {
    const data = { type: "url", url: new URL("https://example.com/cat.png") } as const;
    const [message] = messagesOf([{ role: "user", content: [{ type: "file", mediaType: "image/*", data }] }]);
    expect(message?.content).toEqual([{ type: "image", url: "https://example.com/cat.png" }]);
  });

  test("a WAV file becomes an audio part, a PDF a file part, a text file text", () => {
    const file = (mediaType: string) => ({ type: "file", mediaType, data: { type: "data", data: "aGk=" } }) as const;
    const [message] = messagesOf([
      { role: "user", content: [file("audio/wav"), file("application/pdf"), file("text/plain")] },
    ]);
    expect(message?.content).toEqual([
      { type: "audio", data: "aGk=", format: "wav" },
      { type: "file", file: { filename: "file.pdf", file_data: "data:application/pdf;base64,aGk=" } },
      { type: "text", text: "hi" },
    ]);
  });

  test("an assistant turn keeps text, reasoning and calls, with what an earlier answer left on them", () => {
    const prompt: LanguageModelV4Prompt = [
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "I need the weather." },
          { type: "text", text: "Let me look." },
          {
            type: "tool-call",
            toolCallId: "call_1",
            toolName: "get_weather",
            input: { city: "Oslo" },
            providerOptions: { millrace: { extra_content: { signature: "opaque" } } },
          },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "call_1",
            toolName: "get_weather",
            output: { type: "json", value: { c: 4 } },
          },
        ],
      },
    ];
    expect(messagesOf(prompt)).toEqual([
      {
        role: "assistant",
        content: "Let me look.",
        reasoning: "I need the weather.",
        toolCalls: [
          {
            id: "call_1",
            type: "function",
            name: "get_weather",
            arguments: '{"city":"Oslo"}',
            extra: { extra_content: { signature: "opaque" } },
          },
        ],
      },
      { role: "tool", toolCallId: "call_1", content: '{"c":4}' },
    ]);
  });

  test("a turn that only calls tools has null content", () => {
    const [message] = messagesOf([
      { role: "assistant", content: [{ type: "tool-call", toolCallId: "call_1", toolName: "ping", input: {} }] },
    ]);
    expect(message?.content).toBeNull();
  });

  test("what chat completions cannot carry is refused by name", () => {
    const prompt: LanguageModelV4Prompt = [
      { role: "user", content: [{ type: "file", mediaType: "video/mp4", data: { type: "data", data: "aGk=" } }] },
    ];
    expect(() => messagesOf(prompt)).toThrow(UnsupportedFunctionalityError);
    expect(() => messagesOf(prompt)).toThrow(/video\/mp4/);
  });
});
