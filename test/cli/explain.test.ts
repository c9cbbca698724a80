import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type CommandResult, runMillrace } from "../harness/millrace-command.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { modelServer } from "../harness/model-server.ts";

const KEYS = "keys: [{ name: me, key: mk-secret }, { name: guest, key: gk-secret, models: [solo] }]\n";

let upstream: ScriptedUpstream;
let gateway: MillraceProcess;
/** Of the gateway that runs. */
let config: string;
/** The same, listening where nothing does. */
let away: string;

beforeAll(async () => {
  upstream = await createScriptedUpstream((exchange, index) => {
    if (exchange.request.body.includes("too much"))
      return exchange.json({ error: { message: "Slow down" } }, 429, { "retry-after": "600" });
    return modelServer(exchange, index);
  });
  const rest = `providers:
  desk: { profile: openai-compatible, base_url: "${upstream.url}", slots: 3 }
  lab: { profile: openai-compatible, base_url: "${upstream.url}" }
  cloud: { profile: openai, api_key: sk-secret, base_url: "http://127.0.0.1:1" }
models: { fast: [desk/m, lab/m, cloud/gpt-5], solo: [desk/m] }
probe_interval: 0
`;
  gateway = await startMillrace({ config: rest + KEYS });
  config = `listen: ${new URL(gateway.url).host}\n${rest}${KEYS}`;
  away = `listen: 127.0.0.1:1\n${rest}${KEYS}`;
  // By then it has asked everybody for their models.
  await (await fetch(`${gateway.url}/ready`)).text();
  const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "x-api-key": "mk-secret" },
    body: JSON.stringify({ model: "lab/m", messages: [{ role: "user", content: "too much" }] }),
  });
  expect(reply.status).toBe(429);
});
afterAll(async () => {
  expect(await gateway.stop()).toBe(0);
  await upstream.close();
});

const explain = (args: readonly string[], text = config): Promise<CommandResult> =>
  runMillrace(["explain", ...args], { config: text });

const posts = (): number => upstream.exchanges.filter(({ request }) => request.method === "POST").length;

/** Each row by its cells, without the row of titles. */
const rows = (stdout: string): readonly (readonly string[])[] =>
  stdout
    .split("\n")
    .slice(2)
    .filter((line) => line !== "")
    .map((line) => line.trim().split(/ {2,}/));

describe("with a gateway that runs", () => {
  test("the targets are told in their order, with how they are and why, and nobody is called", async () => {
    const before = posts();
    const { code, stdout, stderr } = await explain(["fast", "hi", "there"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^fast: ordered\n +TARGET +STATE +IN FLIGHT +REASON\n/);
    expect(rows(stdout)).toEqual([
      ["1.", "desk/m", "ready", "0 of 3", "1 of 3 for fast"],
      ["2.", "cloud/gpt-5", "unknown", "0", "3 of 3 for fast"],
      // Only that gateway can know.
      ["-", "lab/m", "ready", "0", "cooling down after 429"],
    ]);
    expect(stdout).not.toContain("secret");
    expect(posts()).toBe(before);
  });

  test("--route says what a client would wish", async () => {
    const { code, stdout } = await explain(["fast", "--route", "only=cloud,desk; order=cloud"]);
    expect(code).toBe(0);
    expect(rows(stdout).map(([place, target]) => [place, target])).toEqual([
      ["1.", "cloud/gpt-5"],
      ["2.", "desk/m"],
      ["-", "lab/m"],
    ]);
  });

  test("--json gives it as data", async () => {
    const { code, stdout } = await explain(["fast", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      model: "fast",
      strategy: "ordered",
      candidates: [{ target: "desk/m", slots: 3, in_flight: 0, reason: expect.any(String) }, { target: "cloud/gpt-5" }],
      excluded: [{ target: "lab/m", closed_for_ms: expect.any(Number) }],
    });
  });
});

describe("without one", () => {
  test("what the configuration comes to is told, and that it is no more than that", async () => {
    const before = posts();
    const { code, stdout, stderr } = await explain(["fast"], away);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "No gateway runs with these settings: how its targets are is not known.\n",
    });
    expect(rows(stdout).map(([place, target]) => [place, target])).toEqual([
      ["1.", "desk/m"],
      ["2.", "lab/m"],
      ["3.", "cloud/gpt-5"],
    ]);
    expect(posts()).toBe(before);
  });

  test("--json is data, with the note beside it", async () => {
    const { stdout, stderr } = await explain(["solo", "--json"], away);
    expect(JSON.parse(stdout)).toMatchObject({ model: "solo", candidates: [{ target: "desk/m" }] });
    expect(stderr).toContain("No gateway runs");
  });
});

describe("when nobody would answer it ends with 1, and says why", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["a name that is none", ["nobody"], /There is no model nobody\. There is fast, solo/],
    ["wishes that leave nobody", ["fast", "--route", "only=nowhere"], /only/],
    ["wishes that are none", ["fast", "--route", "onyl=desk"], /onyl/],
  ])("%s", async (_title, args, why) => {
    for (const text of [config, away]) {
      const { code, stdout } = await explain(args, text);
      expect(stdout).toMatch(/Nobody would answer: /);
      expect(stdout).toMatch(why);
      expect(code).toBe(1);
    }
  });

  test("a model is left out: it ends with 2, and says how to call it", async () => {
    const { code, stderr } = await explain([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/<model>/);
  });
});

describe("POST /v1/route", () => {
  const ask = async (body: string, headers: Readonly<Record<string, string>>): Promise<[number, unknown]> => {
    const reply = await fetch(`${gateway.url}/v1/route`, { method: "POST", headers, body });
    return [reply.status, await reply.json()];
  };
  const body = (model: string): string => JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] });

  test("tells a key of its models", async () => {
    expect(await ask(body("solo"), { authorization: "Bearer gk-secret" })).toMatchObject([
      200,
      { model: "solo", candidates: [{ target: "desk/m" }] },
    ]);
  });

  test.each<[string, string, Record<string, string>, number, string]>([
    ["without a key", body("fast"), {}, 401, "missing_api_key"],
    ["with a wrong key", body("fast"), { "x-api-key": "guess" }, 401, "invalid_api_key"],
    ["of a model that the key may not use", body("fast"), { "x-api-key": "gk-secret" }, 403, "model_not_allowed"],
    ["that is no JSON", "{", { "x-api-key": "mk-secret" }, 400, "invalid_json"],
    ["that no model could answer", '{"model":"fast"}', { "x-api-key": "mk-secret" }, 400, "bad_request"],
    ["without a model", '{"messages":[]}', { "x-api-key": "mk-secret" }, 400, "bad_request"],
  ])("refuses a question %s", async (_title, text, headers, status, code) => {
    expect(await ask(text, headers)).toMatchObject([status, { error: { code } }]);
  });

  test("is a POST, whatever else is tried", async () => {
    const reply = await fetch(`${gateway.url}/v1/route`, { headers: { "x-api-key": "mk-secret" } });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST"]);
  });
});
