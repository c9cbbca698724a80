import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { describe, expect, onTestFinished, test } from "vitest";
import { createScriptedUpstream, type ScriptedUpstream } from "../conformance/scripted-upstream/scripted-upstream.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { JsonObject } from "../model/json.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import type { OnDemandCommand } from "./on-demand/command.ts";
import { errorOf } from "./http/testing/failing.ts";
import { completion } from "./http/testing/wire.ts";
import type { ProviderConfig } from "./provider-config.ts";
import { createRegistry, type ProviderRegistry, type SharedOptions } from "./registry.ts";

const ASK = { model: "m", prompt: "hi" };

async function serving(): Promise<ScriptedUpstream> {
  const upstream = await createScriptedUpstream((exchange) =>
    (exchange.request.json() as JsonObject)["store"] === undefined
      ? exchange.json(completion("Hello"))
      : exchange.json({ error: { message: "property 'store' is unsupported" } }, 400),
  );
  onTestFinished(() => upstream.close());
  return upstream;
}

function account(name: string, { url }: { readonly url: string }, more: Partial<ProviderConfig> = {}): ProviderConfig {
  return { name, profile: "openai-compatible", baseUrl: url, streamUpstream: false, source: { kind: "file" }, ...more };
}

function registryOf(configs: readonly ProviderConfig[], previous?: ProviderRegistry): ProviderRegistry {
  const registry = createRegistry(configs, {}, previous);
  onTestFinished(() => registry.close());
  return registry;
}

describe("L5: providers are told apart by their names, not by their hosts", () => {
  test("two accounts at one host are two providers, each with its own key", async () => {
    const upstream = await serving();
    const registry = registryOf([
      account("mine", upstream, { apiKey: "sk-mine" }),
      account("theirs", upstream, { apiKey: "sk-theirs" }),
    ]);
    expect(registry.all().map(({ name }) => name)).toEqual(["mine", "theirs"]);
    for (const provider of registry.all()) await provider.infer(ASK);
    expect(upstream.exchanges.map(({ request }) => request.headers["authorization"])).toEqual([
      "Bearer sk-mine",
      "Bearer sk-theirs",
    ]);
  });

  test("two of one name are refused, by that name", async () => {
    const configs = [account("mine", { url: "http://a.local" }), account("mine", { url: "http://b.local" })];
    expect(() => createRegistry(configs)).toThrow(expect.objectContaining({ setting: "providers.mine" }));
  });

  test("one that cannot be made is named with its setting, and nothing has changed", async () => {
    const upstream = await serving();
    const first = registryOf([account("mine", upstream)]);
    const broken = [account("mine", upstream), account("odd", { url: "ftp://x" })];
    expect(() => createRegistry(broken, {}, first)).toThrow(ConfigurationError);
    expect(() => createRegistry(broken, {}, first)).toThrow(
      expect.objectContaining({ setting: "providers.odd.base_url" }),
    );
    expect((await first.get("mine")?.infer(ASK))?.text).toBe("Hello");
  });
});

describe("L5: a new configuration", () => {
  test.each<[string, Partial<ProviderConfig>]>([
    ["key", { apiKey: "sk-new" }],
    ["header", { headers: { "x-org": "b" } }],
    ["time limit", { timeouts: { idle: 1000 } }],
    ["profile", { profile: "llama.cpp" }],
  ])("with another %s makes another provider, which the next call goes through", async (_, changed) => {
    const upstream = await serving();
    const first = registryOf([account("mine", upstream, { apiKey: "sk-old" })]);
    const second = registryOf([account("mine", upstream, { apiKey: "sk-old", ...changed })], first);
    expect(second.get("mine")).not.toBe(first.get("mine"));
    await second.get("mine")?.infer(ASK);
    const expected = { authorization: `Bearer ${changed.apiKey ?? "sk-old"}`, ...changed.headers };
    expect(upstream.exchanges.at(-1)?.request.headers).toMatchObject(expected);
  });

  test("that says the same of a provider keeps it, with what it has learned", async () => {
    const upstream = await serving();
    const first = registryOf([account("mine", upstream), account("other", upstream)]);
    await first.get("mine")?.infer({ ...ASK, store: true });
    const second = registryOf([account("mine", upstream, { source: { kind: "built-in" } })], first);
    expect(second.get("mine")).toBe(first.get("mine"));
    expect(second.get("mine")?.learned).toMatchObject([{ model: "m", parameter: "store" }]);
  });

  test.each<[string, Partial<Limits>, boolean]>([
    ["what a client may send keeps it", { requestBodyBytes: 1 }, true],
    ["what a server may answer makes another provider", { assembledBytes: 1 }, false],
  ])("with another limit on %s", (_, limits, kept) => {
    const configs = [account("mine", { url: "http://127.0.0.1:1" })];
    const first = createRegistry(configs, { limits: DEFAULT_LIMITS });
    const second = createRegistry(configs, { limits: { ...DEFAULT_LIMITS, ...limits } }, first);
    expect(second.get("mine") === first.get("mine")).toBe(kept);
  });

  test("with the same path but another certificate in the file makes another provider", async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-registry-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "ca.pem");
    const issue = async (): Promise<void> => {
      const { cert } = await generate([{ name: "commonName", value: "ca" }], { keyType: "ec", algorithm: "sha256" });
      writeFileSync(path, cert);
    };
    const configs = [account("mine", { url: "https://127.0.0.1:1" }, { tls: { ca: [path] } })];
    await issue();
    const first = registryOf(configs);
    expect(registryOf(configs, first).get("mine")).toBe(first.get("mine"));
    await issue();
    expect(registryOf(configs, first).get("mine")).not.toBe(first.get("mine"));
  });

  test("closes what it has no place for, and leaves open what it took over", async () => {
    const upstream = await serving();
    const first = registryOf([account("kept", upstream), account("left", upstream)]);
    const [kept, left] = [first.get("kept"), first.get("left")];
    await first.release(registryOf([account("kept", upstream)], first));
    expect((await kept?.infer(ASK))?.text).toBe("Hello");
    expect((await errorOf(left?.infer(ASK) ?? Promise.resolve())).code).toBe("provider_closed");
  });
});

describe("a provider with a command", () => {
  const script = new URL("on-demand/testing/model-server-process.ts", import.meta.url).pathname;
  const onDemand = (more: Partial<OnDemandCommand> = {}): readonly ProviderConfig[] => [
    {
      name: "desk",
      profile: "llama.cpp",
      command: { command: [process.execPath, script, "{port}"], ...more },
      source: { kind: "file" },
    },
  ];

  function watched(): { readonly states: string[]; readonly shared: SharedOptions } {
    const states: string[] = [];
    return { states, shared: { onServerState: ({ server, state }) => states.push(`${server} ${state}`) } };
  }

  test("is not started before it is called, and stopped with its registry", async () => {
    const { states, shared } = watched();
    const registry = createRegistry(onDemand(), shared);
    expect(await registry.get("desk")?.healthCheck()).toMatchObject({ state: "stopped" });
    expect((await registry.get("desk")?.infer(ASK))?.text).toBe("Hello");
    await registry.close();
    expect(states).toEqual(["desk starting", "desk ready", "desk stopping", "desk stopped"]);
  });

  test("goes on running under a new configuration that says the same of it", async () => {
    const { states, shared } = watched();
    const first = createRegistry(onDemand(), shared);
    await first.get("desk")?.infer(ASK);
    const second = createRegistry(onDemand(), shared, first);
    onTestFinished(() => second.close());
    await first.release(second);
    await second.get("desk")?.infer(ASK);
    expect(states).toEqual(["desk starting", "desk ready"]);
  });

  test("that is configured anew starts when the one before it is gone", async () => {
    const { states, shared } = watched();
    const first = createRegistry(onDemand(), shared);
    await first.get("desk")?.infer(ASK);
    const second = createRegistry(onDemand({ idleMs: 1 }), shared, first);
    onTestFinished(() => second.close());
    const answer = second.get("desk")?.infer(ASK);
    await first.release(second);
    expect((await answer)?.text).toBe("Hello");
    expect(states.slice(0, 6)).toEqual([
      "desk starting",
      "desk ready",
      "desk stopping",
      "desk stopped",
      "desk starting",
      "desk ready",
    ]);
  });

  test("that makes no sense is named with its setting", () => {
    expect(() => createRegistry(onDemand({ command: [] }))).toThrow(
      expect.objectContaining({ setting: "providers.desk.command" }),
    );
  });
});
