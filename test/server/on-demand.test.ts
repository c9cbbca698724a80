import { afterEach, expect, test } from "vitest";
import { CHAT_SERVER } from "../harness/chat-server-process.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { RawClient } from "../harness/raw-client.ts";

let gateway: MillraceProcess;
afterEach(async () => {
  expect([0, null]).toContain(await gateway.stop());
  expect(gateway.output()).not.toContain("defect");
});

async function start(
  settings = "",
  command: readonly string[] = [process.execPath, CHAT_SERVER, "{port}"],
): Promise<void> {
  gateway = await startMillrace({
    config: `providers:
  desk:
    profile: openai-compatible
    command: ${JSON.stringify(command)}
    models: [m]
${settings}models: { fast: [desk/m] }
`,
  });
}

function ask(): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "fast", messages: [{ role: "user", content: "hi" }] }),
  });
}

async function state(): Promise<unknown> {
  const model = (await (await fetch(`${gateway.url}/v1/models/desk%2Fm`)).json()) as { readonly state: unknown };
  return model.state;
}

/** Where each server that was started says that it listens, in the order of the log. */
const urls = (): readonly string[] =>
  [...gateway.output().matchAll(/ server_output server=desk stream=stdout text=(http:\S+)\n/g)].map(
    ([, url = ""]) => url,
  );

/** A connection to the server that was started last, which ends with it. */
async function lifeline(): Promise<{ readonly ended: Promise<unknown> }> {
  const client = await RawClient.open(urls().at(-1) ?? "");
  return { ended: client.end() };
}

test("the first request starts the server, the next ones use it, and the lists say how it is", async () => {
  await start();
  expect(await state()).toBe("unloaded");
  expect(gateway.output()).not.toContain("server_state");

  const replies = await Promise.all(Array.from({ length: 5 }, ask));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await state()).toBe("ready");
  expect((await ask()).headers.get("x-millrace-target")).toBe("desk/m");
  expect(gateway.output().match(/ server_state server=desk state=starting /g)).toHaveLength(1);
  expect(urls()).toHaveLength(1);

  const server = await lifeline();
  expect(await gateway.stop()).toBe(0);
  await server.ended;
});

test("a server that nobody uses is stopped, and started again by the next request", async () => {
  await start("    idle: 300ms\n");
  await (await ask()).text();
  await gateway.printed(/ server_state server=desk state=stopped /);
  await expect(lifeline()).rejects.toThrow("ECONNREFUSED");
  expect(await state()).toBe("unloaded");
  expect((await ask()).status).toBe(200);
  expect(urls()).toHaveLength(2);
});

test("it ends with millrace, also when that is killed", async () => {
  await start();
  await (await ask()).text();
  const server = await lifeline();
  gateway.signal("SIGKILL");
  await gateway.exited;
  await server.ended;
});

test("a server that does not start is told with what it printed", async () => {
  const script = "console.error('no such model'); process.exit(3)";
  await start("", [process.execPath, "-e", script, "{port}"]);
  const reply = await ask();
  expect(reply.status).toBe(503);
  expect(await reply.json()).toMatchObject({
    error: { code: "start_failed", message: expect.stringMatching(/code 3/) },
  });
  await gateway.printed(/ server_output server=desk stream=stderr text="no such model"\n/);
  expect(await state()).toBe("failed");
});

test("a reload that does not change its settings keeps it running, one that does starts it anew", async () => {
  await start();
  await (await ask()).text();
  const command = JSON.stringify([process.execPath, CHAT_SERVER, "{port}"]);
  const config = (more: string): string =>
    `providers:\n  desk: { profile: openai-compatible, command: ${command}, models: [m]${more} }\nmodels: { fast: [desk/m], quick: [desk/m] }\n`;
  const server = await lifeline();
  await gateway.writeConfig(config(""));
  await gateway.printed(/ reloaded /);
  await (await ask()).text();
  expect(urls()).toHaveLength(1);

  await gateway.writeConfig(config(", idle: 1h"));
  await gateway.printed(/ reloaded [^]* reloaded /);
  await server.ended;
  expect((await ask()).status).toBe(200);
  expect(urls()).toHaveLength(2);
});
