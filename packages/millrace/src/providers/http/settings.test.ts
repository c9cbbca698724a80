import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../model/errors.ts";
import type { Warning } from "../../model/warning.ts";
import { HttpProvider } from "../http-provider.ts";
import { PROFILES } from "../profiles/catalog.ts";
import type { HttpProviderOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

const HOST = "http://models.example.org";

function warningsOf(options: HttpProviderOptions): Warning["code"][] {
  return settingsOf(options).warnings.map(({ code }) => code);
}

describe("Q11: a key over plain http", () => {
  test.each<[string, HttpProviderOptions]>([
    ["a key", { baseUrl: HOST, apiKey: "sk-1" }],
    ["a header that holds one", { baseUrl: HOST, headers: { "x-api-key": "sk-1" } }],
    ["a query parameter that holds one", { baseUrl: HOST, query: { key: "sk-1" } }],
    ["one in the base URL itself", { baseUrl: `${HOST}?token=sk-1` }],
  ])("to a host that is not private is warned of: %s", (_, options) => {
    expect(warningsOf(options)).toEqual(["insecure-key"]);
  });

  test.each<[string, HttpProviderOptions]>([
    ["over https", { baseUrl: "https://models.example.org", apiKey: "sk-1" }],
    ["to this machine", { baseUrl: "http://127.0.0.1:8080", apiKey: "sk-1" }],
    ["within this network", { baseUrl: "http://192.168.1.5:8080", apiKey: "sk-1" }],
    ["through a socket", { baseUrl: "unix:/run/llama.sock", apiKey: "sk-1" }],
    ["without a key", { baseUrl: HOST }],
    ["with an empty key", { baseUrl: HOST, apiKey: "" }],
    ["with a header that holds none", { baseUrl: HOST, headers: { "x-title": "notes" } }],
  ])("%s is not", (_, options) => {
    expect(warningsOf(options)).toEqual([]);
  });

  test("is told once, when the provider is made, and without the key", async () => {
    const told: Warning[] = [];
    const options = { baseUrl: HOST, apiKey: "sk-secret", onWarning: (warning: Warning) => told.push(warning) };
    await new HttpProvider(options).close();
    expect(told).toMatchObject([{ code: "insecure-key", message: expect.stringContaining(HOST) }]);
    expect(told[0]?.message).not.toContain("sk-secret");
  });
});

describe("Q11: a key that holds nothing", () => {
  test.each(["", " ", "\n"])("%j is no key", (apiKey) => {
    const { headers, secrets } = settingsOf({ baseUrl: HOST, apiKey });
    expect(headers).toEqual({});
    expect(secrets).toEqual([]);
  });
});

describe("Q10: the credential goes out as the server wants it", () => {
  test.each([
    ["openai", { authorization: "Bearer sk-1" }],
    ["azure-openai", { "api-key": "sk-1" }],
  ])("%s", (profile, headers) => {
    expect(settingsOf({ profile, baseUrl: "https://models.example.org", apiKey: "sk-1" }).headers).toEqual(headers);
  });

  test("a header of one's own may be the credential, and two of them are refused", () => {
    const headers = { Authorization: "Basic abc" };
    expect(settingsOf({ baseUrl: HOST, headers }).headers).toEqual({ authorization: "Basic abc" });
    expect(() => settingsOf({ baseUrl: HOST, headers, apiKey: "sk-1" })).toThrow(ConfigurationError);
  });
});

const LOCAL = [...PROFILES.values()].filter(({ local, defaultBaseUrl }) => local && defaultBaseUrl !== undefined);

test.each(LOCAL)("L4: $id is sent a key that is configured, although it is a local server", ({ id: profile }) => {
  expect(settingsOf({ profile, apiKey: "sk-1" }).headers).toMatchObject({ authorization: "Bearer sk-1" });
});
