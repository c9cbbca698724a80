import { describe, expect, test } from "vitest";
import { refuseForeignPage } from "./foreign-page.ts";
import { RefusalError } from "./refusal.ts";
import { RecordingClient } from "./testing/recording-client.ts";

/** The code of the refusal, if it is refused. */
function codeOf(headers: Readonly<Record<string, string>>, remoteAddress = "127.0.0.1"): string | undefined {
  try {
    refuseForeignPage({ ...new RecordingClient({ headers }).request, remoteAddress });
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return error.failure.code;
    throw error;
  }
}

describe("without keys", () => {
  test.each([
    ["a program", { host: "127.0.0.1:8484" }],
    ["a program that says localhost", { host: "localhost:8484" }],
    ["a program over IPv6", { host: "[::1]:8484" }],
    ["a page of this machine", { host: "localhost:8484", origin: "http://localhost:3000" }],
  ])("%s may call", (_who, headers) => expect(codeOf(headers)).toBeUndefined());

  test.each([
    ["a page of another site", "https://example.com"],
    ["a page that looks like this machine", "http://localhost.example.com"],
    ["a page without an origin", "null"],
  ])("%s may not", (_who, origin) => {
    expect(codeOf({ host: "127.0.0.1:8484", origin })).toBe("foreign_origin");
  });

  test("a name of somebody else that leads to this machine may not", () => {
    expect(codeOf({ host: "evil.example.com:8484" })).toBe("foreign_host");
    expect(codeOf({ host: "evil.example.com:8484" }, "::ffff:127.0.0.1")).toBe("foreign_host");
  });

  test("callers from other machines may use any name", () => {
    expect(codeOf({ host: "desk.local:8484" }, "192.168.1.7")).toBeUndefined();
  });
});
