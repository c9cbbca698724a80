import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse.ts";
import { ConfigFileError } from "./problem.ts";

const ENVIRONMENT = { OPENAI_API_KEY: "sk-from-environment", MILLRACE_KEY: "mk-1" };

const read = (text: string): ReturnType<typeof parseConfig> => parseConfig(text, "millrace.yaml", ENVIRONMENT);

function problems(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigFileError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("a good file", () => {
  test("is read as it stands", () => {
    const config = read(`
listen: 127.0.0.1:9000
providers:
  desk:
    profile: llama.cpp            # a comment
    base_url: http://127.0.0.1:8080
  cloud:
    profile: openai
    api_key: \${OPENAI_API_KEY}
    tls: { ca: [private-ca.pem], pins: ["sha256/abc"], client_certificate: me.pem, client_key: me.key }
    timeouts: { connect: 5s, first_byte: 10m, first_content: 10m, idle: 0 }
models:
  fast: [desk/qwen3-8b, cloud/gpt-5-mini]
  big: { targets: [cloud/gpt-5] }
keys:
  - { name: me, key: \${MILLRACE_KEY} }
`);
    expect(config.providers?.["cloud"]?.api_key).toBe("sk-from-environment");
    expect(config.keys).toEqual([{ name: "me", key: "mk-1" }]);
    expect(config.models).toEqual({ fast: ["desk/qwen3-8b", "cloud/gpt-5-mini"], big: { targets: ["cloud/gpt-5"] } });
  });

  test("an empty file is one", () => {
    expect(read("")).toEqual({});
  });

  test.each([
    ["${MISSING:-http://fallback}", "http://fallback"],
    ["http://${OPENAI_API_KEY}/x", "http://sk-from-environment/x"],
    ['"$${OPENAI_API_KEY}"', "${OPENAI_API_KEY}"],
  ])("base_url: %s is read as %s", (written, value) => {
    expect(read(`providers: { a: { profile: openai, base_url: ${written} } }`).providers?.["a"]?.base_url).toBe(value);
  });

  test("a value of the environment cannot change the structure of the file", () => {
    const config = parseConfig("providers:\n  a:\n    profile: openai\n    api_key: ${K}\n", "f", {
      K: "x\nprofile: evil",
    });
    expect(config.providers?.["a"]).toEqual({ profile: "openai", api_key: "x\nprofile: evil" });
  });
});

describe("a mistake is told with line, column, what was found and what was expected", () => {
  test.each<[string, string, string[]]>([
    [
      "an unknown setting",
      "providers:\n  desk:\n    profil: llama.cpp\n",
      [
        "millrace.yaml:3:5: providers.desk.profile is missing. Expected the id of a profile, such as llama.cpp or openai.",
        'millrace.yaml:3:5: providers.desk.profil is not a setting. Did you mean "profile"?',
      ],
    ],
    [
      "an unknown setting at the top",
      "model: {}\n",
      ['millrace.yaml:1:1: model is not a setting. Did you mean "models"?'],
    ],
    [
      "a wrong type",
      "listen: 127.0.0.1:8484\nmodels: fast\n",
      ['millrace.yaml:2:9: models: found "fast", expected names of models, each with its targets.'],
    ],
    [
      "a duration without a unit",
      "keep_alive: 15\n",
      ["millrace.yaml:1:13: keep_alive: found number 15, expected a duration such as 250ms, 5s or 10m, or 0."],
    ],
    [
      "a target that is none",
      "providers: { desk: { profile: llama.cpp } }\nmodels:\n  fast:\n    - desk/a\n    - nonsense\n",
      ['millrace.yaml:5:7: models.fast.1: found "nonsense", expected provider/model, such as desk/qwen3-8b.'],
    ],
    [
      "a target of a provider that is not there",
      "providers: { desk: { profile: llama.cpp } }\nmodels:\n  fast: [dask/a]\n",
      ['millrace.yaml:3:10: There is no provider "dask". Did you mean "desk"?'],
    ],
    [
      "a target of a group of equals, or of a list of its own, of a provider that is not there",
      "providers: { desk: { profile: llama.cpp } }\nmodels:\n  fast: [[desk/a, { target: dask/b }]]\n  big: { targets: [desk/a], on_refusal: [lab/c], on_context_overflow: [lab/d] }\n",
      [
        'millrace.yaml:3:29: There is no provider "dask". Did you mean "desk"?',
        'millrace.yaml:4:42: There is no provider "lab".',
        'millrace.yaml:4:72: There is no provider "lab".',
      ],
    ],
    [
      "a strategy that is none",
      "providers: { desk: { profile: llama.cpp } }\nmodels:\n  fast: { targets: [desk/a], strategy: fastest }\n",
      [
        'millrace.yaml:3:40: models.fast.strategy: found "fastest", expected one of ordered, weighted, round-robin, least-busy, lowest-latency, cheapest, adaptive.',
      ],
    ],
    [
      "a * that stands for nothing",
      'providers: { desk: { profile: llama.cpp } }\nmodels:\n  fast: [desk/q-*]\n  "*-*": [desk/a]\n',
      [
        'millrace.yaml:3:10: desk/q-*: a * in a target needs one in the name of the model, such as "gpt-*: [cloud/gpt-*]".',
        "millrace.yaml:4:3: A name has one * at most: *-*.",
      ],
    ],
    [
      "settings of a server that is started here, without its command",
      "providers:\n  desk: { profile: llama.cpp, idle: 5m }\n",
      ["millrace.yaml:2:31: providers.desk.idle: this is for a server that is started here, with a command."],
    ],
    [
      "settings of a model that is served from here, for another profile",
      "providers:\n  desk: { profile: llama.cpp, threads: 2 }\n",
      [
        "millrace.yaml:2:31: providers.desk.threads: this is for a model that is served from here, with the profile embedded.",
      ],
    ],
    [
      "an account of another platform",
      "providers:\n  desk: { profile: vertex, aws: {} }\n",
      ["millrace.yaml:2:28: providers.desk.aws: this is for a profile of that platform, not for vertex."],
    ],
    [
      "a model that is served from here, with an address",
      "providers:\n  here: { profile: embedded, base_url: 'http://127.0.0.1', model: a.gguf }\n",
      ["millrace.yaml:2:30: providers.here.base_url: a model that is served from here is not connected to."],
    ],
    [
      "the profile of one without its file",
      "providers:\n  here: { profile: embedded }\n",
      ["millrace.yaml:2:11: providers.here.profile: the profile embedded needs `model`, the path of a GGUF file."],
    ],
    [
      "one that several workers would load",
      "workers: 2\nproviders:\n  here: { profile: embedded, model: a.gguf }\n",
      ["millrace.yaml:3:11: providers.here.profile: each worker would load the model once more. Take `workers: 1`."],
    ],
    [
      "a command for a shell",
      "providers:\n  desk: { profile: llama.cpp, command: a | b }\n",
      [
        'millrace.yaml:2:31: providers.desk.command: No shell reads the command, so "|" has no meaning in it. Quote it where it is an argument, or write [sh, -c, "…"].',
      ],
    ],
    [
      "a command that several workers would run",
      "workers: 2\nproviders:\n  desk: { profile: llama.cpp, command: a b }\n",
      ["millrace.yaml:3:31: providers.desk.command: each worker would start a server of its own. Take `workers: 1`."],
    ],
    [
      "keys in two places",
      "providers:\n  cloud: { profile: openai, api_key: a, api_keys: [b] }\n",
      ["millrace.yaml:2:41: providers.cloud.api_keys: there is an api_key as well. Put all keys into api_keys."],
    ],
    [
      "a price without its other half",
      "providers:\n  cloud: { profile: openai, prices: { gpt: { input: 1 } } }\n",
      ["millrace.yaml:2:44: providers.cloud.prices.gpt.output is missing. Expected US dollars for a million tokens."],
    ],
    [
      "a variable that is not set",
      "providers:\n  cloud:\n    profile: openai\n    api_key: ${NO_SUCH_KEY}\n",
      ["millrace.yaml:4:14: The environment has no variable NO_SUCH_KEY. Set it, or write ${NO_SUCH_KEY:-default}."],
    ],
    ["a key twice", "listen: 1\nlisten: 2\n", ["millrace.yaml:2:1: Map keys must be unique"]],
    [
      "a client's name twice",
      "keys:\n  - { name: me, key: a }\n  - { name: me, key: b }\n",
      ['millrace.yaml:3:13: There are two keys with the name "me".'],
    ],
    [
      "an address that is none",
      "listen: somewhere\n",
      ['millrace.yaml:1:9: listen: found "somewhere", expected host:port, such as 127.0.0.1:8484.'],
    ],
    [
      "a client's key that no header could carry",
      "keys:\n  - { name: a, key: sch\u00fcssel }\n  - { name: b, key: two words }\n",
      [
        "millrace.yaml:2:21: keys.0.key: found a string, expected a key of ASCII letters, digits and signs, without spaces.",
        "millrace.yaml:3:21: keys.1.key: found a string, expected a key of ASCII letters, digits and signs, without spaces.",
      ],
    ],
    [
      "a port that is none, beside another mistake",
      "keep_alive: soon\nlisten: 127.0.0.1:99999\n",
      [
        'millrace.yaml:1:13: keep_alive: found "soon", expected a duration such as 250ms, 5s or 10m, or 0.',
        'millrace.yaml:2:9: listen: found "127.0.0.1:99999", expected an IPv6 address in its brackets and a port up to 65535.',
      ],
    ],
    ["a list for a file", "- a\n", ["millrace.yaml:1:1: The file: found a list, expected a mapping of settings."]],
  ])("%s", (_title, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test("an unknown profile, with those there are", () => {
    const [problem] = problems("providers:\n  a: { profile: olama }\n");
    expect(problem).toMatch(
      /^millrace\.yaml:2:17: There is no profile "olama"\. Did you mean "ollama"\? Known: .*llama\.cpp/,
    );
  });

  test("YAML that does not parse", () => {
    expect(problems("providers:\n\t- x\n")[0]).toMatch(/^millrace\.yaml:2:1: .*[Tt]ab/);
    expect(problems("a: [1, 2\n")[0]).toMatch(/^millrace\.yaml:\d+:\d+: /);
  });

  test("all mistakes at once, in the order of the file", () => {
    const found = problems("keep_alive: soon\nlimits: { body: 32 }\nsimulator: maybe\n");
    expect(found.map((line) => line.slice(0, 16))).toEqual([
      "millrace.yaml:1:",
      "millrace.yaml:2:",
      "millrace.yaml:3:",
    ]);
  });

  test("a secret is never repeated, not even when it is what is wrong", () => {
    const text =
      "providers:\n  a: { profile: openai, api_key: [sk-secret] }\nkeys:\n  - { name: x, key: { sk-secret: 1 } }\n";
    expect(problems(text)).toHaveLength(2);
    expect(problems(text).join()).not.toContain("sk-secret");
    const fields = ["access_key_id", "secret_access_key", "session_token"].map((field) => `${field}: 87654321`);
    const account = `providers:\n  a: { profile: bedrock, aws: { ${fields.join(", ")} } }\n`;
    expect(problems(account)).toHaveLength(3);
    expect(problems(account).join()).not.toContain("87654321");
  });
});
