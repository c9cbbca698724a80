import { request as httpRequest, type IncomingMessage } from "node:http";
import { testGateway } from "../../../gateway/testing/test-gateway.ts";
import type { JsonObject } from "../../../model/json.ts";
import { HttpProvider } from "../../../providers/http-provider.ts";
import { openaiCompatible } from "../../../providers/profiles/base.ts";
import type { Profile } from "../../../providers/profiles/profile.ts";
import { systemClock } from "../../../providers/transport/system-clock.ts";
import { listen } from "../../../server/listener/listener.ts";
import type { HostileUpstream } from "../hostile-upstream.ts";
import type { Ending } from "./report.ts";

const CHAT = { model: "desk/m", messages: [{ role: "user", content: "hi" }] };

const REQUESTS: Readonly<Record<HostileUpstream["ask"], { readonly path: string; readonly body?: JsonObject }>> = {
  stream: { path: "/v1/chat/completions", body: { ...CHAT, stream: true } },
  whole: { path: "/v1/chat/completions", body: CHAT },
  embeddings: { path: "/v1/embeddings", body: { model: "desk/m", input: ["hi"] } },
  models: { path: "/v1/models" },
};

/** How a request through the gateway, over real connections, to that server ends. */
export async function throughGateway(
  baseUrl: string,
  { ask, limits = {}, timeouts = {} }: HostileUpstream,
  streams: Profile["streams"],
): Promise<Ending> {
  const profile: Profile = { ...openaiCompatible, streams };
  const streamUpstream = ask !== "whole";
  const provider = new HttpProvider({ name: "desk", profile, baseUrl, limits, timeouts, streamUpstream });
  const { gateway, records } = testGateway(systemClock, [provider]);
  const listener = await listen(gateway, { host: "127.0.0.1", port: 0 }, systemClock);
  try {
    const told = /"error":\{.*"code":"(\w+)"/s.exec(await lastOf(await send(listener.url, REQUESTS[ask])))?.[1];
    const failure = records.at(-1)?.failure;
    return { ...(told && { told }), ...(failure && { error: failure.kind, message: failure.message }) };
  } finally {
    await listener.close();
    await provider.close();
  }
}

function send(
  url: string,
  { path, body }: { readonly path: string; readonly body?: JsonObject },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url + path, { method: body === undefined ? "GET" : "POST", agent: false });
    outgoing.on("response", resolve).on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Reads to the end and gives the last pieces, in which an error is told. */
async function lastOf(message: IncomingMessage): Promise<string> {
  let last: readonly Buffer[] = [];
  for await (const bytes of message as AsyncIterable<Buffer>) last = [...last.slice(-1), bytes];
  return Buffer.concat(last).toString("latin1");
}
