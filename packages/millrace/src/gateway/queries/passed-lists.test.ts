import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import type { JsonObject } from "../../model/json.ts";
import { modelInfo, ScriptedProvider } from "../testing/scripted-provider.ts";
import { testGateway } from "../testing/test-gateway.ts";

/** The list of a gateway, `gw-test`, whose provider lists a model with these fields. */
async function listed(via: string | undefined, raw: JsonObject = {}): Promise<readonly JsonObject[]> {
  const desk = new ScriptedProvider("desk", { models: async () => [modelInfo("desk", "m", { raw })] });
  const { call } = testGateway(new FakeClock(), [desk], { models: { fast: ["desk/m"] } });
  const headers = via === undefined ? {} : { "x-millrace-via": via };
  const client = await call({ method: "GET", path: "/v1/models", headers });
  return (client.json as { readonly data: readonly JsonObject[] }).data;
}

const byMark = async (via: string, raw: JsonObject = {}): Promise<unknown> =>
  Object.fromEntries((await listed(via, raw)).map((entry) => [entry["id"], entry["millrace_via"]]));

describe("a list for another gateway", () => {
  test("says by which gateways each model was listed", async () => {
    expect(await byMark("asker")).toEqual({ fast: ["gw-test"], "desk/m": ["gw-test"] });
    expect(await byMark("asker", { millrace_via: ["far", "near"] })).toEqual({
      fast: ["gw-test"],
      "desk/m": ["far", "near", "gw-test"],
    });
  });

  test.each<[string, string, readonly string[]]>([
    ["what was listed by the asker itself", "asker", ["asker"]],
    ["what the asker passed on", "asker", ["far", "asker", "near"]],
    ["what is of any gateway on the way", "far, asker", ["far"]],
    ["what came through so many that it goes in circles", "asker", Array.from({ length: 16 }, (_, at) => `gw-${at}`)],
  ])("leaves out %s", async (_title, via, millrace_via) => {
    expect(await byMark(via, { millrace_via: [...millrace_via] })).toEqual({ fast: ["gw-test"] });
  });

  test.each([["nonsense"], [{}], [[7, null, "no mark, at all"]]])(
    "passes over %j in a server's list",
    async (nonsense) => {
      expect(await byMark("asker", { millrace_via: nonsense })).toMatchObject({ "desk/m": ["gw-test"] });
    },
  );
});

test("anybody else sees all models, and no marks", async () => {
  const entries = await listed(undefined, { millrace_via: ["asker"] });
  expect(entries.map(({ id }) => id)).toEqual(["fast", "desk/m"]);
  for (const entry of entries) expect(entry).not.toHaveProperty("millrace_via");
});
