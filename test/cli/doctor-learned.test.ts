import { describe, expect, onTestFinished, test } from "vitest";
import { createScriptedUpstream } from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { runMillrace } from "../harness/millrace-command.ts";
import { startMillrace } from "../harness/millrace-process.ts";

const KEYS = "keys: [{ name: me, key: mr-secret-key }]";

/** A gateway in front of a server that refuses `store`, and the configuration of both. */
async function startRefused(): Promise<{ readonly url: string; readonly config: string }> {
  const upstream = await createScriptedUpstream((exchange) => {
    if (exchange.request.method === "GET") return exchange.json({ object: "list", data: [{ id: "m" }] });
    const refused = "store" in (exchange.request.json() as object);
    if (refused) return exchange.json({ error: { message: "Unknown parameter: 'store'", param: "store" } }, 400);
    const choices = [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }];
    return exchange.json({ id: "c", object: "chat.completion", created: 1, model: "m", choices });
  });
  onTestFinished(() => upstream.close());
  const providers = `providers: { desk: { profile: openai-compatible, base_url: "${upstream.url}" } }`;
  const millrace = await startMillrace({ config: `${providers}\n${KEYS}\n` });
  onTestFinished(async () => void (await millrace.stop()));
  return { url: millrace.url, config: `listen: ${new URL(millrace.url).host}\n${providers}\n${KEYS}\n` };
}

describe("doctor shows what the gateway that runs has learned", () => {
  test("as text, and as data", async () => {
    const { url, config } = await startRefused();
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer mr-secret-key", "content-type": "application/json" },
      body: JSON.stringify({ model: "desk/m", messages: [{ role: "user", content: "hi" }], store: true }),
    });
    expect([reply.status, reply.headers.get("x-millrace-changes")]).toEqual([
      200,
      expect.stringContaining("store dropped"),
    ]);

    const text = await runMillrace(["doctor"], { config });
    expect(text.stdout).toContain("learned: m refuses store, so it is left out");
    const data = await runMillrace(["doctor", "--json"], { config });
    const { providers } = JSON.parse(data.stdout) as { readonly providers: readonly object[] };
    expect(providers).toMatchObject([
      { name: "desk", learned: [{ model: "m", parameter: "store", action: "dropped" }] },
    ]);
  });

  test("and nothing where none runs", async () => {
    const { config } = await startRefused();
    const away = config.replace(/^listen: .*$/m, "listen: 127.0.0.1:1");
    const data = await runMillrace(["doctor", "--json"], { config: away });
    const { providers } = JSON.parse(data.stdout) as { readonly providers: readonly object[] };
    expect(providers[0]).not.toHaveProperty("learned");
  });
});
