import { describe, expect, test } from "vitest";
import { parseListen, settingsOf, ZERO_CONFIGURATION } from "./settings.ts";
import { parseDuration, parseSize } from "./units.ts";

describe("an address to listen on", () => {
  test.each([
    ["127.0.0.1:9000", { host: "127.0.0.1", port: 9000 }],
    ["9000", { host: "127.0.0.1", port: 9000 }],
    [":9000", { host: "127.0.0.1", port: 9000 }],
    ["[::1]:0", { host: "::1", port: 0 }],
    ["gateway.local:80", { host: "gateway.local", port: 80 }],
  ])("%s", (text, address) => {
    expect(parseListen(text)).toEqual(address);
  });

  test.each(["", "host", "host:", "127.0.0.1:70000", "::1:80", "[nonsense]:80"])("%j is none", (text) => {
    expect(() => parseListen(text)).toThrow(/host:port/);
  });
});

test.each([
  ["250ms", 250],
  ["5s", 5000],
  ["1.5m", 90_000],
  ["1h", 3_600_000],
  [0, 0],
  ["0", 0],
  ["5", undefined],
  [5, undefined],
  ["5 s", undefined],
  ["-5s", undefined],
])("the duration %j is %j ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  ["32MiB", 32 * 1024 * 1024],
  ["512KiB", 512 * 1024],
  ["10B", 10],
  ["32MB", undefined],
  ["32", undefined],
])("the size %s is %j bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

describe("settings of a file", () => {
  test("what it does not say has its default, and nothing is found that it does not name", () => {
    expect(settingsOf({}, "f")).toEqual({ ...ZERO_CONFIGURATION, discovery: false, simulator: false });
  });

  test("certificate paths are relative to the file, pins are not paths", () => {
    const { providers } = settingsOf(
      {
        providers: {
          a: { profile: "openai", tls: { ca: ["ca.pem", "/abs/ca.pem"], pins: ["sha256/x"], client_key: "../me.key" } },
        },
      },
      "/etc/millrace/millrace.yaml",
    );
    expect(providers[0]?.tls).toEqual({
      ca: ["/etc/millrace/ca.pem", "/abs/ca.pem"],
      pins: ["sha256/x"],
      clientKey: "/etc/me.key",
    });
  });

  test("both forms of a model mean the same", () => {
    const { models } = settingsOf({ models: { a: ["x/1", "y/2"], b: { targets: ["x/1", "y/2"] } } }, "f");
    expect(models.get("a")).toEqual(models.get("b"));
  });
});
