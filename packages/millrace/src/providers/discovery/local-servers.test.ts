import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { jsonReply, wholeReply } from "../../conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../conformance/scripted-upstream/scripted-upstream.ts";
import { createHttpTransport } from "../transport/http-transport.ts";
import { lookAt, type Sighting } from "./local-look.ts";
import { findLocalServers, type LocalFindings } from "./local-servers.ts";

const upstreams: ScriptedUpstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

/** A server that knows these paths and answers 404 to all others. */
const knowing =
  (replies: Readonly<Record<string, Buffer>>, other = jsonReply(404, { detail: "Not Found" })): Script =>
  (exchange) =>
    exchange.send(replies[exchange.request.path] ?? other);

async function serve(script: Script): Promise<string> {
  const upstream = await createScriptedUpstream(script);
  upstreams.push(upstream);
  return `127.0.0.1:${upstream.port}`;
}

async function find(addresses: readonly string[], clock = new FakeClock()): Promise<LocalFindings> {
  const transport = createHttpTransport({ clock });
  try {
    return await findLocalServers({ transport, clock, addresses });
  } finally {
    await transport.close();
  }
}

async function look(address: string, expected?: string): Promise<Sighting | undefined> {
  const clock = new FakeClock();
  const transport = createHttpTransport({ clock });
  try {
    return (await lookAt([{ address, expected }], { transport, clock }))[0];
  } finally {
    await transport.close();
  }
}

const list = (owner: string): Buffer => jsonReply(200, { object: "list", data: [{ id: "m", owned_by: owner }] });

describe("a server is known by how it answers", () => {
  test.each<[string, Script]>([
    [
      "ollama",
      knowing({
        "/": wholeReply(200, "Ollama is running", { "content-type": "text/plain" }),
        "/v1/models": list("library"),
      }),
    ],
    ["llama.cpp", knowing({ "/v1/models": jsonReply(200, { object: "list", data: [] }, { server: "llama.cpp" }) })],
    ["llama.cpp", knowing({}, jsonReply(503, { error: { message: "Loading model" } }, { server: "llama.cpp" }))],
    ["vllm", knowing({ "/v1/models": list("vllm") })],
    ["sglang", knowing({ "/get_model_info": jsonReply(200, { model_path: "/m" }), "/v1/models": list("sglang") })],
    ["lmstudio", knowing({ "/api/v0/models": jsonReply(200, { data: [] }), "/v1/models": list("organization_owner") })],
    [
      "localai",
      knowing({ "/readyz": wholeReply(200, "OK"), "/v1/models": jsonReply(200, { object: "list", data: [] }) }),
    ],
    ["openai-compatible", knowing({ "/v1/models": list("me") })],
  ])("%s", async (profile, script) => {
    const address = await serve(script);
    const { providers, unknown } = await find([address]);
    expect(providers).toEqual([
      {
        name: profile === "openai-compatible" ? "local" : profile,
        profile,
        baseUrl: `http://${address}`,
        source: { kind: "discovered", address },
      },
    ]);
    expect(unknown).toEqual([]);
  });

  test("LM Studio's answer to unknown routes, 200 with an error, is not mistaken for its list", async () => {
    const address = await serve(knowing({}, jsonReply(200, { error: "Unexpected endpoint" })));
    expect((await find([address])).unknown).toEqual([address]);
  });
});

test("millrace does not find itself", async () => {
  const address = await serve(
    knowing({ "/v1/models": jsonReply(200, { object: "list", data: [] }, { "x-millrace-request-id": "req_1" }) }),
  );
  expect(await find([address])).toEqual({ providers: [], unknown: [address] });
});

test("two servers of one kind have two names; a port where nothing listens has none", async () => {
  const addresses = [
    await serve(knowing({ "/v1/models": list("vllm") })),
    await serve(knowing({ "/v1/models": list("vllm") })),
    "127.0.0.1:1",
  ];
  expect((await find(addresses)).providers.map(({ name }) => name)).toEqual(["vllm", "vllm-2"]);
});

test("a server that is silent costs no more than the budget, and hides nobody else", async () => {
  const clock = new FakeClock();
  const upstream = await createScriptedUpstream(() => undefined);
  upstreams.push(upstream);
  const other = await serve(knowing({ "/v1/models": list("vllm") }));
  const found = find([`127.0.0.1:${upstream.port}`, other], clock);
  await upstream.exchange(0);
  await upstreams[1]?.exchange(4);
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(700);
  expect((await found).providers.map(({ name }) => name)).toEqual(["vllm"]);
});

describe("a second look", () => {
  const asked = (): (string | undefined)[] => upstreams[0]?.exchanges.map(({ request }) => request.path) ?? [];

  test("at a server of the kind that is expected asks it one thing", async () => {
    const address = await serve(knowing({ "/get_model_info": jsonReply(200, { model_path: "/m" }) }));
    expect(await look(address, "sglang")).toMatchObject({ met: "server", profile: "sglang" });
    expect(asked()).toEqual(["/get_model_info"]);
  });

  test("at one of another kind finds out which, and asks nothing twice", async () => {
    const address = await serve(knowing({ "/v1/models": list("vllm") }));
    expect(await look(address, "sglang")).toMatchObject({ met: "server", profile: "vllm" });
    expect(asked()[0]).toBe("/get_model_info");
    expect(new Set(asked()).size).toBe(asked().length);
  });

  test.each<[string, Script, Sighting["met"]]>([
    ["what fails is unclear: it may be loading", knowing({}, jsonReply(503, { error: "loading" })), "unclear"],
    ["what answers otherwise is a stranger", knowing({}), "stranger"],
    [
      "what does not speak HTTP is a stranger",
      (exchange) => exchange.send(Buffer.from("SSH-2.0-OpenSSH_9\r\n")),
      "stranger",
    ],
  ])("%s", async (_, script, met) => {
    expect(await look(await serve(script), "vllm")).toMatchObject({ met });
  });

  test("where nothing listens, nobody is there", async () => {
    expect(await look("127.0.0.1:1", "vllm")).toMatchObject({ met: "absent", answered: false });
  });
});
