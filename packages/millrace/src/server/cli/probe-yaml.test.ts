import { expect, test } from "vitest";
import { type Finding, judged, type ProbeReport } from "../../providers/probe/finding.ts";
import { PROFILES } from "../../providers/profiles/catalog.ts";
import { createRegistry } from "../../providers/registry.ts";
import { parseConfig } from "../config/parse.ts";
import { settingsOf } from "../config/settings.ts";
import { providerYaml } from "./probe-yaml.ts";

function report(profile: string, more: Partial<ProbeReport> = {}): ProbeReport {
  return {
    url: "http://127.0.0.1:9000/v1",
    baseUrl: "http://127.0.0.1:9000/v1",
    answers: true,
    forms: { withVersion: true, withoutVersion: false },
    identity: { kind: "Some server", version: "1.0", profile },
    auth: { needed: "no", sent: false },
    models: [],
    asked: { model: "m" },
    findings: [],
    spending: { requests: 1, promptTokens: 0, completionTokens: 0, untold: 0 },
    ...more,
  };
}

const finding = (name: string, ...rest: Parameters<typeof judged>): Finding => ({ name, ...judged(...rest) });

/** Those that a server at an address can turn out to be. */
const probed = [...PROFILES.values()]
  .filter(({ platform, transport }) => transport !== "embedded" && platform?.name !== "google")
  .map(({ id }) => id);

test.each(probed)("what is printed for %s can be used as a configuration as it is", async (profile) => {
  const yaml = providerYaml(report(profile), "SOME_KEY");
  const settings = settingsOf(parseConfig(yaml, "millrace.yaml", { SOME_KEY: "secret" }), "millrace.yaml");
  expect(settings.providers).toMatchObject([{ profile, apiKey: "secret" }]);
  await createRegistry(settings.providers, { onWarning: () => undefined }).close();
});

test("a server that does not stream is not asked to", () => {
  const yaml = providerYaml(report("vllm", { findings: [finding("streaming", "no", "one reply")] }), undefined);
  expect(parseConfig(yaml, "millrace.yaml", {}).providers).toEqual({
    vllm: { profile: "vllm", base_url: "http://127.0.0.1:9000/v1", stream_upstream: false },
  });
});

test("what the file cannot say stands beside it, and a version cannot break out of its comment", () => {
  const refused = finding("usage in streams", "no", "refused", { stream_options: "refused" });
  const identity = { kind: "Some server", version: "1\nlisten: 0.0.0.0:1", profile: "openai-compatible" };
  const yaml = providerYaml(
    report("", { identity, findings: [refused], auth: { needed: "yes", sent: false } }),
    undefined,
  );
  expect(yaml).toContain("# stream_options is sent, which this server refuses");
  expect(yaml).toContain("# It needs a key");
  expect(parseConfig(yaml, "millrace.yaml", {})).toEqual({
    providers: { local: { profile: "openai-compatible", base_url: "http://127.0.0.1:9000/v1" } },
  });
});

test("routes beside the version segment are told, since the profile would append it", () => {
  const yaml = providerYaml(
    report("openai-compatible", { forms: { withVersion: false, withoutVersion: true } }),
    undefined,
  );
  expect(yaml).toContain("# /v1 is appended to the base URL");
});
