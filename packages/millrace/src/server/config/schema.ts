import { z } from "zod";
import { STRATEGY_NAMES } from "../../gateway/plan.ts";
import type { ConfigFile } from "./config-file.ts";
import { isListenAddress, WORKERS_MAX } from "./settings.ts";
import { parseDuration, parseSize } from "./units.ts";

/** The shape of `millrace.yaml`. Its JSON Schema is published from here, so descriptions are for users. */

const DURATION = "a duration such as 250ms, 5s or 10m, or 0";
const duration = (description: string): z.ZodType<string | number, string | number> =>
  z
    .union([z.string(), z.number()], { error: DURATION })
    .refine((value) => parseDuration(value) !== undefined, DURATION)
    .describe(description);

const size = (description: string): z.ZodType<string, string> =>
  z
    .string("a size such as 32MiB")
    .refine((value) => parseSize(value) !== undefined, "a size such as 32MiB or 512KiB")
    .describe(description);

const text = (expected: string): z.ZodString => z.string(expected).min(1, expected);
/** A host, an IPv6 address in brackets, or nothing; then a port. */
const LISTEN = /^(?:(?:\[[0-9A-Fa-f:.]+\]|[^:[\]]*):)?\d{1,5}$/;
const flag = z.boolean("true or false");

const timeouts = z
  .strictObject({
    connect: duration("Until the connection stands, TLS included; 0 is no limit. Default 5s.").optional(),
    first_byte: duration(
      "From sending the request to the first byte of the reply; 0 is no limit. Default 10m.",
    ).optional(),
    first_content: duration("From sending the request to the first content; 0 is no limit. Default 10m.").optional(),
    idle: duration("Between any two bytes of a reply; 0 is no limit. Default 2m.").optional(),
  })
  .describe("How long to wait for what.");

const tls = z
  .strictObject({
    ca: z.array(text("a path of a PEM file"), "a list of paths").min(1, "at least one path").optional(),
    pins: z.array(text("sha256/ and 44 characters of base64"), "a list of pins").min(1, "at least one pin").optional(),
    client_certificate: text("a path of a PEM file").optional(),
    client_key: text("a path of a PEM file").optional(),
  })
  .describe("Paths are relative to this file.");

const COMMAND = "a command, such as llama-server -m model.gguf --port {port}";
const dollars = z.number("US dollars for a million tokens").min(0, "0 or more");
const price = z.strictObject({
  input: dollars,
  output: dollars,
  cache_read: dollars.describe("Input that was read from a prompt cache. By default as other input.").optional(),
  cache_write: dollars.describe("Input that was written to a prompt cache. By default as other input.").optional(),
  cache_write_1h: dollars
    .describe("What of it is kept for an hour. By default as other input that was written to a prompt cache.")
    .optional(),
});

const provider = z.strictObject({
  profile: text("the id of a profile, such as llama.cpp or openai").describe("What kind of server it is."),
  base_url: text("a URL such as http://127.0.0.1:8080").optional(),
  api_key: z.string("the key as text, or ${NAME} to read it from the environment").optional(),
  api_keys: z
    .array(text("a key as text, or ${NAME} to read it from the environment"), "a list of keys")
    .min(1, "at least one key")
    .describe("Several keys of one account or of several: they take turns, and one that is limited rests alone.")
    .optional(),
  tls: tls.optional(),
  timeouts: timeouts.optional(),
  headers: z.record(z.string(), z.string("text"), "header names with their values").optional(),
  query: z.record(z.string(), z.string("text"), "query parameters with their values").optional(),
  stream_upstream: flag.describe("Ask the server to stream even for callers who want one reply.").optional(),
  slots: z
    .int("a whole number")
    .min(1, "1 or more")
    .describe("Requests that the server takes at once; more wait in line. By default what the server tells.")
    .optional(),
  aws: z
    .strictObject({
      region: text("a region, such as eu-central-1").optional(),
      access_key_id: text("the id of an access key").optional(),
      secret_access_key: text("the secret of an access key").optional(),
      session_token: text("the token of temporary credentials").optional(),
    })
    .describe("Who is calling AWS, and where; for the profile bedrock. By default what the usual variables say.")
    .optional(),
  google: z
    .strictObject({
      credentials: text("a path of a file of credentials").optional(),
      project: text("the id of a project").optional(),
      location: text("a location, such as europe-west4 or global").optional(),
    })
    .describe("Which account of Google's cloud is used; for the profiles vertex and vertex-anthropic.")
    .optional(),
  model: text("a path of a GGUF file").describe("The model that the profile embedded serves.").optional(),
  context: z
    .int("a whole number")
    .min(128, "128 or more")
    .describe("Tokens of context that a model is loaded with; for the profiles embedded and ollama-native.")
    .optional(),
  threads: z
    .int("a whole number")
    .min(1, "1 or more")
    .describe("Threads of the embedded engine. By default one less than there are cores, and at most 8.")
    .optional(),
  gpu: z
    .enum(["auto", "off"], "auto or off")
    .describe("Whether the embedded engine uses a graphics card where there is one. Default auto.")
    .optional(),
  prices: z
    .record(z.string(), price, "names or patterns of models, each with its price")
    .describe("What its models cost, by name or pattern; the first that fits counts.")
    .optional(),
  command: z
    .union([text(COMMAND), z.array(text("a word of the command"), COMMAND).min(1, COMMAND)], { error: COMMAND })
    .describe("Starts the server when it is first needed; {port} stands for a free port.")
    .optional(),
  idle: duration("How long what was started here may be idle until it is stopped; 0 keeps it. Default 10m.").optional(),
  group: text("a name").describe("Servers of one group make room for one another.").optional(),
  group_size: z
    .int("a whole number")
    .min(1, "1 or more")
    .describe("How many servers of the group run at a time. Default 1.")
    .optional(),
  start_timeout: duration(
    "How long the server may take until it is ready; 0 is no time at all. Default 2m.",
  ).optional(),
  stop_timeout: duration(
    "How long it may take to end before it is killed; 0 kills it at once. Default 10s.",
  ).optional(),
  room_timeout: duration("How long a request waits for room in the group; 0 is no limit. Default 10m.").optional(),
  env: z.record(z.string(), z.string("text"), "names of variables with their values").optional(),
  cwd: text("a path of a folder").describe("Where the command runs. Default: where millrace runs.").optional(),
  models: z
    .array(text("a model's id"), "a list of models")
    .describe("What a server that does not run yet will offer.")
    .optional(),
});

const targetName = z.string("provider/model").regex(/^[^/]+\/.+$/, "provider/model, such as desk/qwen3-8b");
const target = z.union(
  [
    targetName,
    z.strictObject({
      target: targetName,
      weight: z
        .number("a number")
        .positive("more than 0")
        .describe("Its share under `weighted`. Default 1.")
        .optional(),
    }),
  ],
  { error: "provider/model, such as desk/qwen3-8b" },
);
const targets = z
  .array(
    z.union([target, z.array(target, "a list of provider/model").min(1, "at least one provider/model")], {
      error: "provider/model, such as desk/qwen3-8b",
    }),
    "a list of provider/model",
  )
  .min(1, "at least one provider/model")
  .describe("Tried in this order; an inner list is a group of equals.");
const targetNames = z.array(targetName, "a list of provider/model");

const model = z.union(
  [
    targets,
    z.strictObject({
      targets,
      strategy: z
        .enum(STRATEGY_NAMES, `one of ${STRATEGY_NAMES.join(", ")}`)
        .describe("How one of several equals is chosen. Default: adaptive within inner lists, else in order.")
        .optional(),
      affinity: flag.describe("Whether a conversation stays with the target that holds its prompt.").optional(),
      on_context_overflow: targetNames.describe("Asked when the conversation is too long for a target.").optional(),
      on_refusal: targetNames.describe("Asked when a target refuses the content.").optional(),
      hedge: flag.describe("Ask a second target when the first is slower than it nearly always is.").optional(),
    }),
  ],
  { error: "a list of provider/model, tried in order" },
);

const key = z.strictObject({
  name: text("a name for the key"),
  key: text("the key as text, or ${NAME} to read it from the environment")
    // No header carries anything else unharmed.
    .regex(/^[!-~]+$/, "a key of ASCII letters, digits and signs, without spaces"),
  models: z
    .array(text("a model's name, or a pattern such as desk/*"), "a list of names or patterns")
    .min(1, "at least one name or pattern")
    .describe("What the key may use. Default: everything.")
    .optional(),
});

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a name of letters, digits, dots, hyphens and underscores");

export const configSchema: z.ZodType<ConfigFile> = z
  .strictObject({
    listen: text("host:port, such as 127.0.0.1:8484")
      .regex(LISTEN, "host:port, such as 127.0.0.1:8484")
      .refine(
        (address) => !LISTEN.test(address) || isListenAddress(address),
        "an IPv6 address in its brackets and a port up to 65535",
      )
      .describe("Default 127.0.0.1:8484.")
      .optional(),
    workers: z
      .int("a whole number")
      .min(1, "1 or more")
      .max(WORKERS_MAX, `${WORKERS_MAX} or less`)
      .describe("Threads that serve requests, one for each processor to use. Default 1.")
      .optional(),
    providers: z.record(name, provider, "names of providers, each with its settings").optional(),
    models: z.record(z.string(), model, "names of models, each with its targets").optional(),
    keys: z.array(key, "a list of keys").describe("Without keys, everyone who can connect may call.").optional(),
    timeouts: timeouts.optional(),
    limits: z
      .strictObject({
        body: size("A request's body. Default 32MiB.").optional(),
        answer: size("What one answer may hold, framing apart. Default 12MiB.").optional(),
        in_flight: z
          .int("a whole number")
          .min(0, "0 or more")
          .describe("Requests served at once; 0 is no limit.")
          .optional(),
        attempts: z
          .int("a whole number")
          .min(1, "1 or more")
          .describe("Calls to targets that one request may cost. Default 8.")
          .optional(),
      })
      .optional(),
    keep_alive: duration("How often a waiting stream is kept alive; 0 is never. Default 15s.").optional(),
    start_wait: z
      .strictObject({
        loading: duration("While a server says that it loads its model; 0 is not at all. Default 60s.").optional(),
        absent: duration("While nothing listens where a local server should be. Default 0, not at all.").optional(),
        elsewhere: flag
          .describe("Whether another server may be made to load the model meanwhile. Default false.")
          .optional(),
      })
      .describe("How long a request waits for a server that is starting, when no other target can answer.")
      .optional(),
    strict: flag
      .describe(
        "Refuse a request of which a model cannot be sent all, instead of leaving something out. Default false.",
      )
      .optional(),
    queue: z
      .strictObject({
        max_wait: duration("How long a request waits for a place at a server; 0 is no limit. Default 60s.").optional(),
        length: z
          .int("a whole number")
          .min(0, "0 or more")
          .describe("Requests that may wait for one server. Default 256.")
          .optional(),
      })
      .describe("The line before servers whose places are all taken.")
      .optional(),
    probe_interval: duration("How often local servers are looked at; 0 is never. Default 5s.").optional(),
    discovery_interval: duration("How often to look for local servers again; 0 is never. Default 10s.").optional(),
    model_list: z
      .strictObject({
        ttl: duration(
          "How long a list of models stays fresh; with 0 it is asked for each time. Default 60s.",
        ).optional(),
        timeout: duration("How long one provider may take to list its own; 0 waits for none. Default 2s.").optional(),
      })
      .optional(),
    shutdown_timeout: duration(
      "How long requests may still run after SIGTERM; 0 cancels them at once. Default 30s.",
    ).optional(),
    discovery: flag.describe("Look for local servers and for keys in the environment too. Default false.").optional(),
    simulator: flag.describe("Offer the built-in simulator. Default false.").optional(),
  })
  .describe("The configuration of millrace.");
