import { describe, expect, test } from "vitest";
import { readDataUrl, writeDataUrl } from "./data-url.ts";

describe("data URLs", () => {
  test.each([
    ["data:image/png;base64,iVBO", { mediaType: "image/png", data: "iVBO" }],
    ["data:IMAGE/PNG;base64,iVBO", { mediaType: "image/png", data: "iVBO" }],
    ["data:text/plain;charset=utf-8;base64,aGk=", { mediaType: "text/plain", data: "aGk=" }],
    ["data:;base64,aGk=", { mediaType: "text/plain", data: "aGk=" }],
  ])("%s", (url, read) => {
    expect(readDataUrl(url)).toEqual(read);
  });

  test.each(["https://example.com/a.png", "data:image/png,raw", "", "data:image/png;base64"])(
    "%j is none in base64",
    (url) => {
      expect(readDataUrl(url)).toBeUndefined();
    },
  );

  test("what was read is written the same", () => {
    expect(writeDataUrl({ mediaType: "image/png", data: "iVBO" })).toBe("data:image/png;base64,iVBO");
  });
});
