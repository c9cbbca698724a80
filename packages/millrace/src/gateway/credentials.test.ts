import { describe, expect, test } from "vitest";
import { identify } from "./credentials.ts";
import { RefusalError } from "./refusal.ts";
import { keysOf } from "./testing/plan.ts";
import { RecordingClient } from "./testing/recording-client.ts";

const keys = keysOf({ "mr-1": { name: "me" }, "mr+2/3=": { name: "odd" } });

describe("a key is found", () => {
  test.each<[string, Record<string, string | string[]>, string, string]>([
    ["as a bearer", { authorization: "Bearer mr-1" }, "", "me"],
    ["as a bearer in any case, with spaces", { authorization: "bearer   mr-1 " }, "", "me"],
    ["in x-api-key", { "x-api-key": "mr-1" }, "", "me"],
    ["in x-goog-api-key", { "x-goog-api-key": " mr-1 " }, "", "me"],
    ["in the query", {}, "key=mr-1", "me"],
    ["in the query, encoded and among others", {}, "beta=true&key=mr%2B2%2F3%3D", "odd"],
    ["beside another place with a dummy in it", { authorization: "Bearer dummy", "x-api-key": "mr-1" }, "", "me"],
    ["in the first of a repeated header", { "x-api-key": ["mr-1", "x"] }, "", "me"],
  ])("%s", (_, headers, query, name) => {
    expect(identify(new RecordingClient({ headers, query }).request, keys)).toEqual({ name });
  });
});

describe("401", () => {
  test.each<[string, Record<string, string>, string, string]>([
    ["no key", {}, "", "missing_api_key"],
    ["an empty bearer", { authorization: "Bearer " }, "", "missing_api_key"],
    ["another scheme", { authorization: "Basic mr-1" }, "", "missing_api_key"],
    ["a wrong key", { authorization: "Bearer mr-2" }, "", "invalid_api_key"],
    ["a wrong key in the query", {}, "key=mr-2", "invalid_api_key"],
    ["a parameter that only ends in key", {}, "apikey=mr-1", "missing_api_key"],
  ])("for %s", (_, headers, query, code) => {
    const call = (): unknown => identify(new RecordingClient({ headers, query }).request, keys);
    expect(call).toThrow(RefusalError);
    expect(call).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ status: 401, code, fault: "client" }) }),
    );
  });

  test("does not repeat what was sent", () => {
    const { request } = new RecordingClient({ headers: { authorization: "Bearer mr-secret" } });
    expect(() => identify(request, keys)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("mr-secret") }),
    );
  });
});

test("without keys everyone is let in, whatever they send", () => {
  const open = { open: true, find: () => undefined };
  expect(identify(new RecordingClient({ headers: { authorization: "Bearer x" } }).request, open)).toEqual({
    name: "open",
  });
});
