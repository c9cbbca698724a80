import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import type { ContentPart, Message } from "../../model/message.ts";
import type { ToolCall } from "../../model/tool.ts";
import { changesOf, encode } from "./testing/encode.ts";

const PNG = "data:image/png;base64,iVBORw0KGgo=";
const NOVA = "us.amazon.nova-pro-v1:0";
const user = (content: Message["content"]): Message => ({ role: "user", content });
const call = (id: string, name = "f", text = "{}"): ToolCall => ({ id, type: "function", name, arguments: text });
const result = (id: string, more: Partial<Message> = {}): Message => ({
  role: "tool",
  toolCallId: id,
  content: "ok",
  ...more,
});

function messagesOf(messages: readonly Message[], model?: string): JsonObject["messages"] {
  return encode({ messages }, model === undefined ? {} : { model }).body["messages"];
}

/** The blocks of a user's message with this part. */
function blocksOf(part: ContentPart): unknown {
  return messagesOf([user([part])]);
}

test("text, and the instructions before it", () => {
  const { body, changes } = encode({
    system: "Be brief.",
    messages: [{ role: "developer", content: [{ type: "text", text: "Be kind." }] }, user("Why?")],
  });
  expect(body).toEqual({
    system: [{ text: "Be brief." }, { text: "Be kind." }],
    messages: [{ role: "user", content: [{ text: "Why?" }] }],
  });
  expect(changes).toEqual([]);
});

test("instructions further on are the user's, which is told", () => {
  const encoded = encode({ messages: [user("Hi"), { role: "system", content: "Now be brief." }] });
  expect(encoded.body["messages"]).toEqual([{ role: "user", content: [{ text: "Hi" }, { text: "Now be brief." }] }]);
  expect(changesOf(encoded)).toEqual(["messages[1].role replaced user"]);
});

test("turns of one side that follow one another are one; blank text is left out", () => {
  const turns = [user("a"), user("  "), user("b"), { role: "assistant", content: "c" } as const, user("d")];
  expect(messagesOf(turns)).toEqual([
    { role: "user", content: [{ text: "a" }, { text: "b" }] },
    { role: "assistant", content: [{ text: "c" }] },
    { role: "user", content: [{ text: "d" }] },
  ]);
});

test("the user begins, also where nobody asked anything", () => {
  const encoded = encode({ messages: [{ role: "assistant", content: "Hello!" }] });
  expect(encoded.body["messages"]).toMatchObject([{ role: "user" }, { role: "assistant" }]);
  expect(changesOf(encoded)).toEqual(["messages[0] added"]);
  expect(encode({ system: "Be brief." }).body["messages"]).toMatchObject([{ role: "user" }]);
});

describe("media", () => {
  test.each<[string, ContentPart, JsonObject]>([
    ["an image", { type: "image", url: PNG }, { image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } }],
    [
      "an image in the service's storage",
      { type: "image", url: "s3://bucket/a.jpg" },
      { image: { format: "jpeg", source: { s3Location: { uri: "s3://bucket/a.jpg" } } } },
    ],
    ["audio", { type: "audio", data: "AAAA", format: "wav" }, { audio: { format: "wav", source: { bytes: "AAAA" } } }],
    [
      "a video",
      { type: "file", file: { file_data: "data:video/mp4;base64,AAAA" } },
      { video: { format: "mp4", source: { bytes: "AAAA" } } },
    ],
    [
      "an image as a file",
      { type: "file", file: { file_data: "data:image/webp;base64,AAAA" } },
      { image: { format: "webp", source: { bytes: "AAAA" } } },
    ],
  ])("%s", (_title, part, block) => {
    expect(blocksOf(part)).toEqual([{ role: "user", content: [block] }]);
  });

  test("a document has a name of its own, and a text beside it", () => {
    const pdf = { file_data: "data:application/pdf;base64,AAAA", filename: "my_report v2.pdf" };
    const code = { file_data: "AAAA", filename: "notes.md" };
    const parts: ContentPart[] = [
      { type: "file", file: pdf },
      { type: "file", file: pdf },
      { type: "file", file: code },
      { type: "file", file: { file_data: "data:text/x-python;base64,AAAA" } },
    ];
    const encoded = encode({ messages: [user(parts)] });
    const source = { bytes: "AAAA" };
    expect(encoded.body["messages"]).toEqual([
      {
        role: "user",
        content: [
          { document: { format: "pdf", name: "my-report v2", source } },
          { document: { format: "pdf", name: "my-report v2 (2)", source } },
          { document: { format: "md", name: "notes", source } },
          { document: { format: "txt", name: "document", source } },
          { text: "See the attached document." },
        ],
      },
    ]);
    expect(changesOf(encoded)).toEqual(["messages.content added"]);
    expect(changesOf(encode({ messages: [user([...parts, { type: "text", text: "Read." }])] }))).toEqual([]);
  });

  test.each<[string, ContentPart]>([
    ["an image elsewhere on the web", { type: "image", url: "https://a.test/a.png" }],
    ["an image of another format", { type: "image", url: "data:image/tiff;base64,AAAA" }],
    ["audio of another format", { type: "audio", data: "AAAA", format: "midi" }],
    ["a file by its id", { type: "file", file: { file_id: "file-1" } }],
    ["a file elsewhere on the web", { type: "file", file: { file_url: "https://a.test/a.pdf" } }],
    ["a file of another format", { type: "file", file: { file_data: "data:application/zip;base64,AAAA" } }],
  ])("%s is refused", (_title, part) => {
    const { refusal } = encode({ messages: [user("x"), user([{ type: "text", text: "y" }, part])] });
    expect(refusal).toMatchObject({ kind: "unsupported", param: "messages[1].content[1]", retry: "elsewhere" });
  });

  test("instructions are text only", () => {
    const { refusal } = encode({ messages: [{ role: "system", content: [{ type: "image", url: PNG }] }, user("x")] });
    expect(refusal?.param).toBe("messages[0].content[0]");
  });

  test("how closely an image is looked at cannot be said", () => {
    const encoded = encode({ messages: [user([{ type: "image", url: PNG, detail: "high" }])] });
    expect(changesOf(encoded)).toEqual(["messages[0].content[0].detail dropped"]);
  });
});

describe("calls and their results", () => {
  const turns: readonly Message[] = [
    user("x"),
    {
      role: "assistant",
      content: "Both.",
      toolCalls: [{ ...call("a"), arguments: '{"x":1}', input: { x: 1 } }, call("b")],
    },
    result("a", {
      content: [
        { type: "text", text: "one" },
        { type: "image", url: PNG },
      ],
    }),
    result("b", { content: "gone", isError: true }),
    user("Go on"),
  ];

  test("a call is a block of the assistant's turn, a result one of the user's", () => {
    expect(messagesOf(turns)).toEqual([
      { role: "user", content: [{ text: "x" }] },
      {
        role: "assistant",
        content: [
          { text: "Both." },
          { toolUse: { toolUseId: "a", name: "f", input: { x: 1 } } },
          { toolUse: { toolUseId: "b", name: "f", input: {} } },
        ],
      },
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "a",
              content: [{ text: "one" }, { image: { format: "png", source: { bytes: "iVBORw0KGgo=" } } }],
            },
          },
          { toolResult: { toolUseId: "b", content: [{ text: "gone" }], status: "error" } },
          { text: "Go on" },
        ],
      },
    ]);
  });

  test("results stand before all else that the user says, whoever spoke in between", () => {
    const between = [...turns.slice(0, 3), { role: "system", content: "Hurry." } as const, ...turns.slice(3)];
    expect(messagesOf(between)).toMatchObject([
      {},
      {},
      { content: [{ toolResult: {} }, { toolResult: {} }, { text: "Hurry." }, { text: "Go on" }] },
    ]);
  });

  test("that a call failed is said in the content where the model does not know the word", () => {
    const model = "meta.llama3-1-70b-instruct-v1:0";
    const saysSo = [...turns.slice(0, 3), result("b", { content: "Error: gone", isError: true })];
    const contentOf = { toolResult: { toolUseId: "b", content: [{ text: "Error: gone" }] } };
    for (const messages of [turns, saysSo]) {
      const { body } = encode({ messages }, { model });
      expect((body["messages"] as readonly JsonObject[])[2]?.["content"]).toContainEqual(contentOf);
    }
    const told = (messages: readonly Message[]): readonly string[] =>
      changesOf(encode({ messages, tools: [{ name: "f" }] }, { model }));
    expect(told(turns)).toEqual(["messages[3].is_error replaced Error: …"]);
    expect(told(saysSo)).toEqual([]);
  });

  test("a part of a failed result that has no place is told by where the client has it", () => {
    const content: readonly ContentPart[] = [
      { type: "text", text: "gone" },
      { type: "audio", data: "AAAA", format: "wav" },
    ];
    const messages = [...turns.slice(0, 3), result("b", { content, isError: true })];
    const { refusal } = encode({ messages }, { model: "meta.llama3-1-70b-instruct-v1:0" });
    expect(refusal?.param).toBe("messages[3].content[1]");
  });

  test("ids that the server refuses are changed, at the call and at its result alike", () => {
    const id = "call:1|ü";
    const [, asked, answered] = idsIn(
      messagesOf([user("x"), { role: "assistant", content: null, toolCalls: [call(id)] }, result(id)]),
    );
    expect(asked).toMatch(/^call_1__+[a-z0-9]+$/u);
    expect(answered).toBe(asked);
  });

  test("an id that is used again stays with the last call of it", () => {
    const turn = (): Message[] => [{ role: "assistant", content: null, toolCalls: [call("c")] }, result("c")];
    const [, first, firstResult, second, secondResult] = idsIn(messagesOf([user("x"), ...turn(), ...turn()]));
    expect([first, firstResult]).toEqual(["c", "c"]);
    expect(second).not.toBe("c");
    expect(secondResult).toBe(second);
  });

  test("Mistral's models want nine letters", () => {
    const turn: Message[] = [{ role: "assistant", content: null, toolCalls: [call("tooluse_1"), call("tooluse_2")] }];
    const ids = JSON.stringify(messagesOf([user("x"), ...turn], "mistral.mistral-large-2402-v1:0")).match(
      /"toolUseId":"\w+"/gu,
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids?.every((id) => /"[a-z0-9]{9}"$/u.test(id))).toBe(true);
  });

  test.each(["oops", "[1]", '{"a":1} and more'])(
    "arguments that are no object are put into one, which is told: %s",
    (text) => {
      const encoded = encode({
        messages: [user("x"), { role: "assistant", content: null, toolCalls: [call("a", "f", text)] }],
      });
      expect(encoded.body["messages"]).toMatchObject([{}, { content: [{ toolUse: { input: { arguments: text } } }] }]);
      expect(changesOf(encoded)).toContain("messages[1].tool_calls[0].function.arguments replaced object");
    },
  );

  test("audio is no result", () => {
    const audio: ContentPart = { type: "audio", data: "AAAA", format: "wav" };
    const { refusal } = encode({ messages: [...turns.slice(0, 2), result("a", { content: [audio] })] });
    expect(refusal?.param).toBe("messages[2].content[0]");
  });
});

describe("reasoning that goes back", () => {
  const signed = { type: "reasoning.text", text: "Hm", signature: "sig", format: "anthropic-claude-v1" };
  const hidden = { type: "reasoning.encrypted", data: "AAEC", format: "anthropic-claude-v1" };
  const others = { type: "reasoning.encrypted", data: "x", format: "openai-responses-v1" };
  const turns = (...reasoningDetails: readonly JsonObject[]): readonly Message[] => [
    user("x"),
    { role: "assistant", content: "y", reasoning: "Hm", reasoningDetails },
    user("z"),
  ];
  const blocks = [
    { reasoningContent: { reasoningText: { text: "Hm", signature: "sig" } } },
    { reasoningContent: { redactedContent: "AAEC" } },
  ];

  test("the model's own goes first, another model's is left out, readable reasoning alone is none", () => {
    const encoded = encode({ messages: turns(signed, hidden, others, others) });
    expect(encoded.body["messages"]).toMatchObject([{}, { content: [...blocks, { text: "y" }] }, {}]);
    expect(changesOf(encoded)).toEqual(["reasoning_details dropped"]);
    const readable = encode({ messages: turns() });
    expect(readable.body["messages"]).toMatchObject([{}, { content: [{ text: "y" }] }, {}]);
    expect(changesOf(readable)).toEqual(["reasoning_content dropped"]);
  });

  test("Claude's goes to a model that may be Claude, not to Nova", () => {
    const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
    expect(changesOf(encode({ messages: turns(signed) }, { model: profile }))).toEqual([]);
    expect(changesOf(encode({ messages: turns(signed) }, { model: NOVA }))).toEqual(["reasoning_details dropped"]);
  });
});

describe("marks for the cache", () => {
  const cacheControl = { type: "ephemeral", ttl: "1h" };
  const point = { cachePoint: { type: "default", ttl: "1h" } };
  const turns: readonly Message[] = [
    { role: "system", content: [{ type: "text", text: "s", cacheControl: { type: "ephemeral" } }] },
    user([
      { type: "text", text: "a", cacheControl },
      { type: "text", text: "b" },
    ]),
    { role: "assistant", content: null, toolCalls: [call("c")], cacheControl },
    result("c", { content: [{ type: "text", text: "ok", cacheControl }] }),
  ];

  test("a block of its own stands behind what was marked", () => {
    const { body, changes } = encode({ messages: turns, tools: [{ name: "f", cacheControl }] });
    expect(body["system"]).toEqual([{ text: "s" }, { cachePoint: { type: "default" } }]);
    expect(body["messages"]).toMatchObject([
      { content: [{ text: "a" }, point, { text: "b" }] },
      { content: [{ toolUse: {} }, point] },
      { content: [{ toolResult: { content: [{ text: "ok" }] } }, point] },
    ]);
    expect(body["toolConfig"]).toMatchObject({ tools: [{ toolSpec: { name: "f" } }, point] });
    expect(changes).toEqual([]);
    const nova = encode(
      { messages: turns, tools: [{ name: "f", cacheControl }] },
      { model: "us.amazon.nova-pro-v1:0" },
    );
    expect(JSON.stringify(nova.body)).not.toContain('"ttl"');
    expect(nova.body["toolConfig"]).toEqual({
      tools: [{ toolSpec: expect.objectContaining({ name: "f" }) as unknown }],
    });
    expect(changesOf(nova)).toEqual(["cache_control.ttl dropped", "tools.cache_control dropped"]);
  });

  test("a model without such a cache gets none, which is told once", () => {
    const encoded = encode({ messages: turns, tools: [{ name: "f" }] }, { model: "openai.gpt-oss-120b-1:0" });
    expect(JSON.stringify(encoded.body)).not.toContain("cachePoint");
    expect(changesOf(encoded)).toEqual(["cache_control dropped"]);
  });
});

test("who speaks among several has no place", () => {
  expect(changesOf(encode({ messages: [{ ...user("x"), name: "Ann" }] }))).toEqual(["messages[0].name dropped"]);
});

/** The ids in messages, one for each message. */
function idsIn(messages: JsonObject["messages"]): readonly (string | undefined)[] {
  return (messages as readonly JsonObject[]).map(
    (message) => /"toolUseId":"([^"]*)"/u.exec(JSON.stringify(message))?.[1],
  );
}
