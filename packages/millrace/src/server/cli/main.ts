#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { cac } from "cac";
import { errorText } from "./error-text.ts";
import { EXIT, UsageError } from "./exit-code.ts";
import { outliveReaders, printError } from "./output.ts";
import type { ProbeFlags } from "./probe.ts";
import type { ServeFlags } from "./serve.ts";

/** Each command is loaded when it is called, so that the others cost nothing. */
function commandLine(version: string): ReturnType<typeof cac> {
  const cli = cac("millrace");
  cli
    .command("[serve]", "Serve the endpoint (the default)")
    .option("--config <file>", "Configuration file; without one, millrace uses what it finds")
    .option("--host <host>", "Address to listen on (default 127.0.0.1)")
    .option("--port <port>", "Port to listen on (default 8484; 0 for any free one)")
    .option("--open", "Listen beyond this machine without any key")
    .option("--workers <count>", "Threads that serve, one for each processor to use (default 1)")
    .option("--log <format>", "text or json (default text)")
    .action(async (word: string | undefined, flags: Flags) => {
      if (word !== undefined && word !== "serve") throw new UsageError(`There is no command ${JSON.stringify(word)}.`);
      const { serve } = await import("./serve.ts");
      return serve(serveFlags(flags));
    });
  cli
    .command("doctor", "Say what was found, what fails and what to do")
    .option("--config <file>", "Configuration file")
    .option("--json", "As data")
    .action(async (flags: Flags) => (await import("./doctor.ts")).doctor(commonFlags(flags)));
  cli
    .command("models", "List the models of every provider")
    .option("--config <file>", "Configuration file")
    .option("--json", "As data")
    .action(async (flags: Flags) => (await import("./models.ts")).models(commonFlags(flags)));
  cli
    .command("check", "Check the configuration file and say what it means")
    .option("--config <file>", "Configuration file")
    .option("--json", "As data")
    .action(async (flags: Flags) => (await import("./check.ts")).check(commonFlags(flags)));
  cli
    .command("chat <model> [...prompt]", "Ask a model and stream its answer; reads stdin without a prompt")
    .option("--config <file>", "Configuration file")
    .option("--system <text>", "System message")
    .action(async (model: string, prompt: string[], flags: Flags) => {
      const { chat } = await import("./chat.ts");
      return chat(model, prompt.join(" "), { ...commonFlags(flags), ...optional("system", textFlag(flags, "system")) });
    });
  cli
    .command("explain <model> [...prompt]", "Say where a request would go, and why; nobody is called")
    .option("--config <file>", "Configuration file")
    .option("--route <preferences>", "As in the header x-millrace-route, such as only=desk")
    .option("--json", "As data")
    .action(async (model: string, prompt: string[], flags: Flags) => {
      const { explain } = await import("./explain.ts");
      return explain(model, prompt.join(" "), {
        ...commonFlags(flags),
        ...optional("route", textFlag(flags, "route")),
      });
    });
  cli
    .command("probe <url>", "Find out what a server is, what it can do and how it differs")
    .option("--model <name>", "The model to ask; by default one that the server lists")
    .option("--key-variable <name>", "Environment variable that holds the key")
    .option("--json", "As data")
    .option("--yaml", "As a provider for the configuration file")
    .action(async (url: string, flags: Flags) => (await import("./probe.ts")).probe(url, probeFlags(flags)));
  cli.help();
  cli.version(version);
  return cli;
}

type Flags = Readonly<Record<string, unknown>>;

function serveFlags(flags: Flags): ServeFlags {
  return {
    ...optional("config", textFlag(flags, "config")),
    ...optional("host", textFlag(flags, "host")),
    ...optional("port", numberFlag(flags, "port", "from 0 to 65535")),
    ...optional("workers", numberFlag(flags, "workers", "from 1")),
    ...optional("log", textFlag(flags, "log")),
    open: flags["open"] === true,
  };
}

function commonFlags(flags: Flags): { readonly config?: string; readonly json: boolean } {
  return { ...optional("config", textFlag(flags, "config")), json: flags["json"] === true };
}

function probeFlags(flags: Flags): ProbeFlags {
  return {
    ...optional("model", textFlag(flags, "model")),
    ...optional("keyVariable", textFlag(flags, "keyVariable")),
    json: flags["json"] === true,
    yaml: flags["yaml"] === true,
  };
}

/** The parser makes numbers of what looks like one; a file may be called 7. */
function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string" && typeof value !== "number")
    throw new UsageError(`--${name} is given once, with a value.`);
  return String(value);
}

function numberFlag(flags: Flags, name: string, range: string): number | undefined {
  const text = textFlag(flags, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--${name} takes a number ${range}, not ${JSON.stringify(text)}.`);
  return Number(text);
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return manifest.version;
}

async function main(): Promise<number> {
  const cli = commandLine(packageVersion());
  try {
    const { options } = cli.parse(process.argv, { run: false });
    if (options["help"] === true || options["version"] === true) return EXIT.ok;
    const code: unknown = await cli.runMatchedCommand();
    return typeof code === "number" ? code : EXIT.ok;
  } catch (error) {
    printError(errorText(error));
    const misused = error instanceof UsageError || (error instanceof Error && error.name === "CACError");
    if (misused) printError("millrace --help lists what there is.");
    return misused ? EXIT.usage : EXIT.failed;
  }
}

outliveReaders();
process.exitCode = await main();
