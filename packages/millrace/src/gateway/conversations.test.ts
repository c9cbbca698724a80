import { describe, expect, test } from "vitest";
import type { JsonObject } from "../model/json.ts";
import { answer, FAILED } from "./attempts/testing/calls.ts";
import { type FastGateway, fastGateway } from "./attempts/testing/fast-gateway.ts";
import type { RecordingClientOptions } from "./testing/recording-client.ts";
import { ScriptedProvider } from "./testing/scripted-provider.ts";

/** Equals that answer for ever, so that only affinity tells one from another. */
function equals(names: readonly string[], affinity = true): FastGateway & { readonly providers: ScriptedProvider[] } {
  const providers = names.map(
    (name) => new ScriptedProvider(name, { calls: Array.from({ length: 200 }, () => answer(name)) }),
  );
  const tiers = [names.map((name) => `${name}/m`)];
  return { providers, ...fastGateway(providers, { tiers, strategy: "adaptive", affinity }) };
}

const NAMES = ["a", "b", "c"];

async function home({ ask }: FastGateway, more: JsonObject, options: RecordingClientOptions = {}): Promise<string> {
  return ((await ask(more, options)).json as { from: string }).from;
}

const talk = (...texts: readonly string[]): JsonObject => ({
  messages: texts.map((content, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content })),
});

describe("a conversation stays with the target that answered it", () => {
  test.each<[string, JsonObject, RecordingClientOptions]>([
    ["by the header x-session-affinity", {}, { headers: { "x-session-affinity": "s1" } }],
    ["by a coding agent's header", {}, { headers: { "x-claude-code-session-id": "s1" } }],
    ["by the body's prompt_cache_key", { prompt_cache_key: "s1" }, {}],
    ["by the body's metadata.user_id", { metadata: { user_id: "s1" } }, {}],
  ])("%s, whatever it says", async (_, more, options) => {
    const setup = equals(NAMES);
    const first = await home(setup, { ...more, ...talk("first") }, options);
    for (const words of ["second", "third", "fourth", "fifth", "sixth"]) {
      expect(await home(setup, { ...more, ...talk(words) }, options)).toBe(first);
    }
  });

  test("by its beginning, where nothing else tells", async () => {
    const setup = equals(NAMES);
    const first = await home(setup, talk("tell me of the sea"));
    expect(await home(setup, talk("tell me of the sea", "It is wide.", "and deep?"))).toBe(first);
    expect(await home(setup, talk("tell me of the sea", "It is wide.", "and deep?", "Yes.", "how deep?"))).toBe(first);
  });

  test("while others go elsewhere", async () => {
    const setup = equals(NAMES);
    const homes = new Map<string, string>();
    for (let count = 0; count < 30; count += 1) homes.set(`talk ${count}`, await home(setup, talk(`talk ${count}`)));
    expect(new Set(homes.values())).toEqual(new Set(NAMES));
    for (const [words, where] of homes) expect(await home(setup, talk(words, "yes", "go on"))).toBe(where);
  });

  test("and with the one that took it over, when that failed", async () => {
    const setup = equals(["a", "b"]);
    const first = await home(setup, talk("the sea"));
    const other = first === "a" ? "b" : "a";
    setup.providers.find(({ name }) => name === first)?.calls.unshift(FAILED.server);
    expect(await home(setup, talk("the sea", "yes", "go on"))).toBe(other);
    expect(await home(setup, talk("the sea", "yes", "go on", "well", "go on"))).toBe(other);
  });

  test("as the record says", async () => {
    const setup = equals(NAMES);
    const where = await home(setup, talk("the sea"));
    await home(setup, talk("the sea", "yes", "go on"));
    expect(setup.records[0]?.candidates[0]?.reason).not.toContain("holds the conversation");
    expect(setup.records[1]?.candidates[0]).toMatchObject({
      target: `${where}/m`,
      reason: expect.stringContaining("holds the conversation"),
    });
  });
});

test("without affinity nobody holds it", async () => {
  const setup = equals(NAMES, false);
  await home(setup, talk("the sea"));
  await home(setup, talk("the sea", "yes", "go on"));
  for (const { candidates } of setup.records) {
    expect(candidates.map(({ reason }) => reason).join()).not.toContain("holds the conversation");
  }
});
