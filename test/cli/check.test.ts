import { describe, expect, test } from "vitest";
import { runMillrace } from "../harness/millrace-command.ts";

const GOOD = `providers:
  desk: { profile: llama.cpp }
  here: { profile: embedded, model: tiny.gguf }
  cloud: { profile: openai, api_key: "\${CLOUD_KEY}" }
models: { fast: [desk/qwen3-8b, cloud/gpt-5-mini] }
keys:
  - { name: me, key: mk-secret, models: [fast] }
`;
const ENV = { CLOUD_KEY: "sk-secret" };

describe("a good file", () => {
  test("is said to be fine, and what it means", async () => {
    const { code, stdout, stderr } = await runMillrace(["check"], { config: GOOD, env: ENV });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^millrace\.yaml is fine\.\nlisten +127\.0\.0\.1:8484\nprovider desk +llama\.cpp at http:.*\nprovider here +embedded in this process\n/,
    );
    expect(stdout).toMatch(/model fast +desk\/qwen3-8b, then cloud\/gpt-5-mini\nkey me +fast\n$/);
    expect(stdout).not.toContain("secret");
  });

  test("--json gives it as data, without a key", async () => {
    const { stdout } = await runMillrace(["check", "--json"], { config: GOOD, env: ENV });
    expect(JSON.parse(stdout)).toMatchObject({
      listen: { host: "127.0.0.1", port: 8484 },
      providers: [{ name: "desk" }, { name: "here" }, { name: "cloud", has_key: true }],
      models: {
        fast: {
          targets: [[{ target: "desk/qwen3-8b", weight: 1 }], [{ target: "cloud/gpt-5-mini", weight: 1 }]],
          strategy: "ordered",
        },
      },
      keys: [{ name: "me", models: ["fast"] }],
    });
    expect(stdout).not.toContain("secret");
  });
});

describe("a file with mistakes ends it with 1, and each is told with its place, what was found and what was expected", () => {
  test.each<[string, string, readonly RegExp[]]>([
    [
      "several mistakes",
      "listen: 99999\nprovider: {}\nkeep_alive: soon\n",
      [
        /^millrace\.yaml:1:9: listen: found number 99999, expected host:port/,
        /^millrace\.yaml:2:1: provider is not a setting\. Did you mean "providers"\?/,
        /^millrace\.yaml:3:13: keep_alive: found "soon", expected a duration/,
      ],
    ],
    ["YAML that does not parse", "keys: [\n", [/^millrace\.yaml:\d+:\d+: /]],
    ["a variable that is not set", "keys: [{ name: a, key: $" + "{NOPE} }]\n", [/^millrace\.yaml:1:24: .*NOPE/]],
    [
      "a certificate that is not there",
      "providers:\n  a: { profile: openai, api_key: sk-secret, tls: { ca: [none.pem] } }\n",
      [/^millrace\.yaml:2:\d+: providers\.a\.tls\.ca: \S*none\.pem cannot be read/],
    ],
    [
      "a URL that is none",
      "providers:\n  a: { profile: openai, api_key: sk-secret, base_url: 'ftp://example.com' }\n",
      [/^millrace\.yaml:2:\d+: providers\.a\.base_url: .*ftp/],
    ],
    [
      "a key with a line break",
      'providers:\n  a: { profile: openai, api_key: "sk-secret\\nx-evil: 1" }\n',
      [/^millrace\.yaml:2:\d+: providers\.a\.api_key: /],
    ],
  ])("%s", async (_title, config, expected) => {
    const { code, stdout, stderr } = await runMillrace(["check"], { config });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(expected.length);
    lines.forEach((line, at) => expect(line).toMatch(expected[at] ?? /$^/));
    expect(stderr).not.toContain("sk-secret");
  });

  test.each(["serve", "models", "doctor", "chat desk/m hi"])(
    "`%s` tells the same, and does nothing else",
    async (command) => {
      const { code, stdout, stderr } = await runMillrace(command.split(" "), {
        config: "listen: 99999\nkeep_alive: soon\n",
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^millrace\.yaml:1:9: listen: .*\nmillrace\.yaml:2:13: keep_alive: .*\n$/);
    },
  );
});

test("a file that is not there is said to be so, with 1", async () => {
  const { code, stderr } = await runMillrace(["check", "--config", "none.yaml"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The configuration file none\.yaml cannot be read: .*no such file/);
});
