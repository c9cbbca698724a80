import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type MillraceProcess, startMillrace } from "../harness/millrace-process.ts";
import { deskAt, modelServer } from "../harness/model-server.ts";
import { ollamaOnFreePort } from "../harness/ollama-server.ts";

let gateway: MillraceProcess | undefined;
let desk: ScriptedUpstream | undefined;
let server: Server | undefined;
afterEach(async () => {
  await ended();
  expect(await gateway?.stop()).toBe(0);
  await desk?.close();
});

async function ended(): Promise<void> {
  if (server === undefined) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  server = undefined;
  await closed;
}

const LIVE = "discovery: true\ndiscovery_interval: 50ms\n";

async function start(workers: number): Promise<MillraceProcess> {
  desk = await createScriptedUpstream(modelServer);
  gateway = await startMillrace({ config: `${deskAt(desk.url)}${LIVE}`, args: ["--workers", String(workers)] });
  return gateway;
}

/** On a connection of its own, so that any worker may get it. */
async function models(from: MillraceProcess): Promise<string[]> {
  const reply = await fetch(`${from.url}/v1/models`, { headers: { connection: "close" } });
  return ((await reply.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
}

describe.each([1, 2])("with %i workers, a model server", (workers) => {
  test("that is started later joins, and leaves when it stops; the rest is served all the while", async (context) => {
    const running = await start(workers);
    expect((await models(running)).filter((id) => id.startsWith("desk/"))).not.toEqual([]);
    server = await ollamaOnFreePort();
    // Every such port is taken by a server of the machine's owner, which is not ours to move.
    if (server === undefined) return context.skip();
    const { port } = server.address() as AddressInfo;

    const line = new RegExp(` info discovered provider=(\\S+) profile=ollama url=http://127.0.0.1:${port}\n`);
    const name = line.exec(await running.printed(line))?.[1];
    for (let times = 0; times < 4; times += 1) expect(await models(running)).toContain(`${name}/qwen3:8b`);

    await ended();
    await running.printed(new RegExp(` info lost provider=${name} `));
    for (let times = 0; times < 4; times += 1) {
      const ids = await models(running);
      expect(ids).not.toContain(`${name}/qwen3:8b`);
      expect(ids).toContain("desk/m");
    }
  });
});

test("a problem of the file stays in /ready when a server joins", async (context) => {
  const running = await start(1);
  await running.writeConfig("modles: {}\n");
  await running.printed(/ reload_failed /);
  server = await ollamaOnFreePort();
  if (server === undefined) return context.skip();
  await running.printed(/ discovered .*profile=ollama/);
  const ready = await (await fetch(`${running.url}/ready`)).json();
  expect(ready).toMatchObject({ config: { in_force: false, problem: expect.stringContaining("modles") } });
});
