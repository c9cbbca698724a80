import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chunk, event } from "../../packages/millrace/src/conformance/scripted-upstream/reply-bytes.ts";
import {
  createScriptedUpstream,
  type ScriptedUpstream,
} from "../../packages/millrace/src/conformance/scripted-upstream/scripted-upstream.ts";
import { type CommandResult, runMillrace } from "../harness/millrace-command.ts";
import { MAIN } from "../harness/millrace-process.ts";
import { beginStream, deskAt, modelServer } from "../harness/model-server.ts";

let upstream: ScriptedUpstream;
let config: string;
beforeAll(async () => {
  upstream = await createScriptedUpstream((exchange, index) =>
    exchange.request.body.includes("go on") ? beginStream(exchange) : modelServer(exchange, index),
  );
  config = `${deskAt(upstream.url)}models: { fast: [desk/m], any-*: [desk/*] }\n`;
});
afterAll(() => upstream.close());

describe("what is called wrongly ends with 2, and says how to call it", () => {
  test.each<[readonly string[], RegExp]>([
    [["nonsense"], /There is no command "nonsense"/],
    [["serve", "extra"], /extra/],
    [["--nonsense"], /--nonsense/],
    [["serve", "--port"], /--port <port>/],
    [["serve", "--port", "99999"], /--port takes a number from 0 to 65535, not 99999/],
    [["serve", "--port", "eighty"], /--port takes a number from 0 to 65535, not "eighty"/],
    [["serve", "--port", "1", "--port", "2"], /--port is given once/],
    [["serve", "--workers", "0"], /--workers takes a number from 1 to 256, not 0/],
    [["serve", "--workers", "many"], /--workers takes a number from 1, not "many"/],
    [["serve", "--host", "127.0.0.1:80"], /--host takes a name or an address, not "127.0.0.1:80"/],
    [["serve", "--log", "xml"], /--log takes text or json, not "xml"/],
    [["check"], /check needs --config FILE/],
    [["chat"], /<model>/],
    [["chat", "simulator/sim-chat"], /nothing to ask/],
  ])("millrace %j", async (args, message) => {
    const { code, stdout, stderr } = await runMillrace(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/millrace --help lists what there is\.\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

test("a model that nobody has ends with 2, and says whom there is to ask", async () => {
  const { code, stdout, stderr } = await runMillrace(["chat", "nobody/m", "hi"], { config });
  expect(stderr).toMatch(/There is no model nobody\/m\. There is fast, any-\*, desk\/m, desk\/org\/m\./);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test.each([
  ["a server of its own", "profile: llama.cpp, command: 'llama-server --port {port}'"],
  ["the model of it once more", "profile: embedded, model: tiny.gguf"],
])("--workers is refused where each worker would have %s", async (_what, provider) => {
  const { code, stderr } = await runMillrace(["serve", "--port", "0", "--workers", "2"], {
    config: `providers: { here: { ${provider} } }\n`,
  });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^--workers takes 1 here: .*\bhere\b/) });
});

describe("what there is", () => {
  test("--version prints the version of the package", async () => {
    const manifest = new URL("../../packages/millrace/package.json", import.meta.url);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    const { code, stdout } = await runMillrace(["--version"]);
    expect({ code, stdout: stdout.split(" ")[0] }).toEqual({ code: 0, stdout: `millrace/${version}` });
  });

  test("--help lists every command", async () => {
    const { code, stdout } = await runMillrace(["--help"]);
    expect(code).toBe(0);
    for (const command of ["serve", "doctor", "models", "check", "chat", "probe"])
      expect(stdout).toMatch(new RegExp(`\\b${command}\\b`));
  });

  test.each(["doctor", "models", "check", "chat", "probe"])("%s --help says what it takes", async (command) => {
    const { code, stdout } = await runMillrace([command, "--help"]);
    expect({ code, usage: stdout.includes(`$ millrace ${command}`) }).toEqual({ code: 0, usage: true });
  });
});

describe("models", () => {
  test("lists the names of the configuration and the models of the providers", async () => {
    const { code, stdout } = await runMillrace(["models"], { config });
    expect(code).toBe(0);
    expect(stdout.split("\n").map((line) => line.split(/\s+/)[0])).toEqual([
      "MODEL",
      "fast",
      "any-*",
      "desk/m",
      "desk/org/m",
      "",
    ]);
  });

  test("--json gives them as data", async () => {
    const { stdout } = await runMillrace(["models", "--json"], { config });
    expect(JSON.parse(stdout)).toMatchObject({
      names: [{ name: "fast", targets: ["desk/m"] }, { name: "any-*" }],
      models: [{ model: "desk/m" }, { model: "desk/org/m" }],
      failures: [],
    });
  });

  test("fails when there are none, saying why", async () => {
    const { code, stderr } = await runMillrace(["models"], { config: deskAt("http://127.0.0.1:1") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Left out: .*127\.0\.0\.1:1/);
  });
});

describe("doctor", () => {
  const down = '  gone: { profile: vllm, base_url: "http://127.0.0.1:1", api_key: sk-secret }\n';

  test("ends with 0 when everything serves", async () => {
    const { code, stdout } = await runMillrace(["doctor"], { config });
    expect(stdout).toMatch(/^ok +desk: /);
    expect(code).toBe(0);
  });

  test("ends with 1 when one does not, and says what to do", async () => {
    const { code, stdout } = await runMillrace(["doctor"], { config: deskAt(upstream.url) + down });
    expect(stdout).toMatch(
      /ok +desk: [\s\S]*FAIL +gone: vLLM at http:\/\/127\.0\.0\.1:1[\s\S]*→ Start it, or correct its base URL\./,
    );
    expect(code).toBe(1);
  });

  test("--json gives it as data, without a key", async () => {
    const { stdout, stderr } = await runMillrace(["doctor", "--json"], { config: deskAt(upstream.url) + down });
    expect(JSON.parse(stdout)).toMatchObject({
      providers: [
        { name: "desk", healthy: true, models: 2 },
        { name: "gone", healthy: false, state: "down" },
      ],
    });
    expect(stdout + stderr).not.toContain("sk-secret");
  });
});

describe("chat", () => {
  const answer: Partial<CommandResult> = { code: 0, stdout: "Hello\n" };

  test.each([
    ["a prompt of several words", ["chat", "fast", "how", "are", "you"], ""],
    ["a prompt on stdin", ["chat", "desk/m"], "hi"],
    ["a model without its provider", ["chat", "org/m", "hi"], ""],
    ["a name that a pattern stands for", ["chat", "any-m", "hi"], ""],
  ])("streams the answer to %s; how it ended goes to stderr", async (_title, args, input) => {
    const result = await runMillrace(args, { config, input });
    expect(result).toMatchObject(answer);
    expect(result.stderr).toMatch(/^\(stop, 2 tokens, \d+ ms\)\n$/);
  });

  test("fails with the server's own words", async () => {
    const { code, stdout, stderr } = await runMillrace(["chat", "desk/m", "hi"], {
      config: deskAt("http://127.0.0.1:1"),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/127\.0\.0\.1:1/);
    expect(stderr).not.toContain("    at ");
  });
});

describe("a reader that closes its end", () => {
  /** Runs it with a stdout that nobody reads. */
  async function unread(args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    return { code: code as number | null, stderr };
  }

  test.each([["models"], ["models", "--json"], ["--help"], ["doctor"]])("is no error: %s %s", async (...args) => {
    expect(await unread(args.filter((arg) => arg !== undefined))).toEqual({ code: 0, stderr: "" });
  });

  test("ends the answer that it was reading: the upstream is told to stop", async () => {
    const before = upstream.exchanges.length;
    const args = [MAIN, "chat", "desk/m", "go on", "--config", "millrace.yaml"];
    const folder = mkdtempSync(join(tmpdir(), "millrace-test-"));
    writeFileSync(join(folder, "millrace.yaml"), config);
    const child = spawn(process.execPath, args, { cwd: folder, env: { PATH: process.env["PATH"] ?? "" } });
    const exited = once(child, "close");
    await once(child.stdout, "data");
    child.stdout.destroy();
    // Whoever reads nothing is noticed by what is written next.
    await (await upstream.exchange(before)).sendWhileOpen(moreWords());
    child.stderr.resume();
    expect((await exited)[0]).toBe(1);
    rmSync(folder, { recursive: true });
  });

  test("does not end a server", async () => {
    const child = spawn(process.execPath, [MAIN, "serve", "--port", "0"], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for await (const piece of child.stdout) {
      printed += String(piece);
      if (printed.includes("listening on ")) break;
    }
    child.stderr.destroy();
    const url = /listening on (\S+)\n/.exec(printed)?.[1] ?? "";
    // Each is a line in the log that nobody reads.
    for (let request = 0; request < 3; request += 1) {
      expect((await fetch(`${url}/v1/chat/completions`, { method: "POST", body: "{" })).status).toBe(400);
    }
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});

/** Words without end. */
function* moreWords(): Generator<Buffer> {
  for (;;) yield chunk(event({ id: "c1", choices: [{ index: 0, delta: { content: "more " } }] }));
}

test("a port in use is told in one sentence, with 1", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, stdout, stderr } = await runMillrace(["serve", "--port", String(port)]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(`Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port.\n`);
  server.close();
});
