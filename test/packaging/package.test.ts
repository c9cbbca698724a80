import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromRoot, npmCommand } from "../../scripts/toolchain.mjs";

/** Everything that a user can import; what is removed or renamed here breaks somebody's program. */
const EXPORTS = [".", "./ai-sdk", "./ai-sdk/v3", "./conformance", "./millrace.schema.json", "./package.json"];

/** An empty folder into which the package was installed, as a user would. */
let folder: string;
let packed: readonly string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-package-"));
  // The build is there already, and other tests run from it: it must not be made again.
  const pack = npm(
    fromRoot(),
    "pack",
    "--workspace=millrace",
    "--ignore-scripts",
    "--json",
    `--pack-destination=${folder}`,
  );
  expect(pack.code, pack.output).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  const install = npm(folder, "install", ...flags, `./${tarball}`);
  expect(install.code, install.output).toBe(0);
  packed = readdirSync(installed(), { recursive: true, encoding: "utf8" });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = (...path: string[]): string => join(folder, "node_modules", "millrace", ...path);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly output: string;
}

function execute(cwd: string, command: string, args: readonly string[]): Ended {
  // The Node that the tests run on, first, as it is for a user who has only one.
  const path = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return { code: status, stdout, output: stdout + stderr };
}

function npm(cwd: string, ...args: string[]): Ended {
  const [command = "npm", ...rest] = npmCommand(...args);
  return execute(cwd, command, rest);
}

function run(program: string): Ended {
  writeFileSync(join(folder, "program.js"), program);
  return execute(folder, process.execPath, ["program.js"]);
}

describe("the tarball", () => {
  test("holds what was built, and neither tests nor sources", () => {
    expect(packed).toContain(join("dist", "entry", "index.js"));
    expect(packed).toContain(join("dist", "entry", "index.d.ts"));
    // Started by its path, so nothing imports it.
    expect(packed).toContain(join("dist", "server", "workers", "worker.js"));
    expect(packed).toContain("millrace.schema.json");
    expect(packed).toContain("LICENSE");
    expect(packed.filter((path) => /\.test\.|(^|[\\/])testing([\\/]|$)|^src|tsbuildinfo/.test(path))).toEqual([]);
    expect(packed.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
  });

  test("exports what it always did", () => {
    const { exports } = JSON.parse(readFileSync(installed("package.json"), "utf8")) as { exports: object };
    expect(Object.keys(exports)).toEqual(EXPORTS);
  });

  test("runs nothing when it is installed, and neither do its dependencies", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    expect(Object.keys(lock.packages)).toContain("node_modules/millrace");
    expect(Object.keys(lock.packages).filter((path) => lock.packages[path]?.hasInstallScript)).toEqual([]);
  });
});

test("npx millrace --version runs", () => {
  const { version } = JSON.parse(readFileSync(installed("package.json"), "utf8")) as { version: string };
  const { code, output } = npm(folder, "exec", "--offline", "--", "millrace", "--version");
  expect(output).toContain(`millrace/${version} `);
  expect(code).toBe(0);
});

test("the library answers through the simulator, with no server and no key", () => {
  const { output } = run(`
    import { OpenAICompatibleProvider } from "millrace";
    const provider = new OpenAICompatibleProvider({ name: "sim", profile: "simulator" });
    const { text, finishReason } = await provider.infer({ model: "sim-chat", prompt: "[[say Hello]]" });
    console.log(JSON.stringify({ text, finishReason }));
    await provider.close();
  `);
  expect(output).toBe('{"text":"Hello","finishReason":"stop"}\n');
});

test("every export can be imported, those for the AI SDK where that is installed", () => {
  const importAll = (names: readonly string[]): string =>
    run(`
      for (const name of ${JSON.stringify(names)}) {
        const module = await import(name.replace(".", "millrace"));
        console.log(name, Object.keys(module).length > 0);
      }
    `).output;
  expect(importAll([".", "./conformance"])).toBe(". true\n./conformance true\n");
  mkdirSync(join(folder, "node_modules", "@ai-sdk"));
  symlinkSync(
    fromRoot("node_modules", "@ai-sdk", "provider"),
    join(folder, "node_modules", "@ai-sdk", "provider"),
    "junction",
  );
  expect(importAll(["./ai-sdk", "./ai-sdk/v3"])).toBe("./ai-sdk true\n./ai-sdk/v3 true\n");
});

test("a strict TypeScript program compiles against the types, with every library checked", () => {
  writeFileSync(join(folder, "consumer.ts"), CONSUMER);
  const options = {
    module: "nodenext",
    target: "es2024",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"],
    typeRoots: [fromRoot("node_modules", "@types")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }));
  const { code, output } = execute(folder, process.execPath, [
    fromRoot("node_modules", "typescript", "bin", "tsc"),
    "-p",
    ".",
  ]);
  expect(output).toBe("");
  expect(code).toBe(0);
});

const CONSUMER = `
import { OpenAICompatibleProvider, ProviderError, type InferenceResponse, type StreamEvent } from "millrace";
import { createScriptedUpstream, FakeClock } from "millrace/conformance";

const upstream = await createScriptedUpstream((exchange) => exchange.json({ data: [] }));
const provider = new OpenAICompatibleProvider({ name: "desk", profile: "openai-compatible", baseUrl: upstream.url, clock: new FakeClock() });
try {
  const whole: InferenceResponse = await provider.infer({ model: "m", prompt: "hi" });
  const text: string = whole.text;
  for await (const event of provider.inferStream({ model: "m", prompt: text })) show(event);
} catch (error) {
  if (error instanceof ProviderError && error.failure.retry === "never") throw error;
}

function show(event: StreamEvent): void {
  if (event.type === "text-delta") console.log(event.text.length);
  // @ts-expect-error There is no such event: the types are there, and not any.
  if (event.type === "nonsense") console.log(event);
}
`;
