import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { knownToGateway } from "./running-gateway.ts";

const LESSON = { model: "m", parameter: "max_tokens", action: "renamed", to: "max_completion_tokens" };
const LOOP = { name: "me", error: { code: "loop", message: "It leads back." } };
const GONE = { name: "gone", error: { code: "connection", message: "Nobody there." } };
const DROPPED = { model: "m", parameter: "store", action: "dropped" };
const REPLACED = { model: "m", parameter: "reasoning_effort", action: "replaced", from: "none", to: "low" };
const DROPPED_VALUE = { model: "m", parameter: "thinkingLevel", action: "dropped", from: "minimal" };
const LEARNED = [LESSON, DROPPED, REPLACED, DROPPED_VALUE];

/** Something that listens; without a key it says only that it is ready. */
async function listening(headers: Readonly<Record<string, string>>): Promise<{
  readonly listen: { readonly host: string; readonly port: number };
  readonly asked: readonly IncomingHttpHeaders[];
}> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const detailed = request.headers.authorization === "Bearer secret";
    response.writeHead(200, headers);
    response.end(
      JSON.stringify({
        status: "ready",
        ...(detailed && { providers: [{ name: "desk", learned: LEARNED }, LOOP, GONE] }),
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { listen: { host: "0.0.0.0", port: (server.address() as AddressInfo).port }, asked };
}

const KEYS = [{ name: "me", key: "secret" }];

describe("what the gateway that runs knows of its providers", () => {
  test("is asked of it, with a key of its own", async () => {
    const { listen } = await listening({ "x-millrace-request-id": "r-1" });
    expect(await knownToGateway({ listen, keys: KEYS })).toEqual(
      new Map([
        ["desk", { learned: LEARNED }],
        ["me", { learned: [], loop: "It leads back." }],
        ["gone", { learned: [] }],
      ]),
    );
  });

  test("is not asked of anything else, which sees no key", async () => {
    const { listen, asked } = await listening({});
    expect(await knownToGateway({ listen, keys: KEYS })).toBeUndefined();
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test("is nothing where none runs", async () => {
    expect(await knownToGateway({ listen: { host: "127.0.0.1", port: 1 }, keys: [] })).toBeUndefined();
    expect(await knownToGateway({ listen: { host: "127.0.0.1", port: 0 }, keys: [] })).toBeUndefined();
  });
});
