import { describe, expect, test } from "vitest";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { atOnce } from "../json/steps.ts";
import { checkForTarget, checkForTargetInSteps } from "./check-target.ts";
import { REFERENCE_RULES, type RequestRules } from "./rules.ts";

/** The failure, of a large body as of a small one. */
const check = (body: JsonObject, rules: Partial<RequestRules> = {}): Failure | undefined => {
  const failure = checkForTarget({ model: "m", ...body }, { ...REFERENCE_RULES.request, ...rules });
  const inSteps = atOnce(checkForTargetInSteps({ model: "m", ...body }, { ...REFERENCE_RULES.request, ...rules }));
  expect(inSteps).toEqual(failure);
  return failure;
};
const tool = (name: string): JsonObject => ({ type: "function", function: { name } });
const image = (url: string): JsonObject => ({ type: "image_url", image_url: { url } });
const from = (role: string, ...content: readonly JsonObject[]): JsonObject => ({ messages: [{ role, content }] });

describe("what is sent to any server", () => {
  test.each([
    ["names with dots and spaces", { tools: [tool("get.weather now"), tool("other")] }, {}],
    ["a tool that is no function", { tools: [{ type: "custom", custom: { name: "f" } }] }, { toolNames: "strict" }],
    ["an image by URL", from("user", image("https://example.com/a.png")), {}],
    ["an image in a tool's result", from("tool", image("data:image/png;base64,AA")), {}],
    [
      "an image in the request, to a server that fetches none",
      from("user", image("data:image/png;base64,AA")),
      { images: "data" },
    ],
    [
      "text in a tool's result, to one that takes no image there",
      from("tool", { type: "text", text: "a" }),
      { imagesInToolResults: false },
    ],
    [
      "an image for the user, to one that takes none in a tool's result",
      from("user", image("https://e.com/a")),
      { imagesInToolResults: false },
    ],
  ] as const)("%s", (_what, body, rules) => expect(check(body, rules)).toBeUndefined());
});

describe("what is refused before it is sent, and where it stands", () => {
  test.each([
    ["a model with a line break", { model: "m\r\nx: 1" }, {}, "bad_request", "model"],
    [
      "two tools of one name",
      { tools: [tool("f"), tool("g"), tool("f")] },
      {},
      "bad_request",
      "tools[2].function.name",
    ],
    [
      "a name that the target refuses",
      { tools: [tool("a b")] },
      { toolNames: "strict" },
      "bad_request",
      "tools[0].function.name",
    ],
    [
      "a name that is too long for it",
      { tools: [tool("a".repeat(65))] },
      { toolNames: "strict" },
      "bad_request",
      "tools[0].function.name",
    ],
    [
      "an image that it would have to fetch",
      from("user", { type: "text", text: "a" }, image("https://e.com/a")),
      { images: "data" },
      "unsupported",
      "messages[0].content[1]",
    ],
    [
      "the same without an object around the URL",
      from("user", { type: "image_url", image_url: "https://e.com/a" }),
      { images: "data" },
      "unsupported",
      "messages[0].content[0]",
    ],
    [
      "an image in a tool's result",
      from("tool", image("data:image/png;base64,AA")),
      { imagesInToolResults: false },
      "unsupported",
      "messages[0].content[0]",
    ],
    [
      "a file in a tool's result",
      from(
        "tool",
        { type: "text", text: "a" },
        { type: "file", file: { file_data: "data:application/pdf;base64,AA" } },
      ),
      { imagesInToolResults: false },
      "unsupported",
      "messages[0].content[1]",
    ],
  ] as const)("%s", (_what, body, rules, kind, param) => expect(check(body, rules)).toMatchObject({ kind, param }));

  test("another target may take what this one does not support", () => {
    expect(check(from("user", image("https://e.com/a")), { images: "data" })?.retry).toBe("elsewhere");
  });
});
