import { FAULTS, KINDS } from "./kinds.ts";

/** A state of the configuration file. */
export type Version = "first" | "second" | "invalid";

/** Nothing listens on the first port, and only the system's own services may. */
const REFUSED = "http://127.0.0.1:1";

/** The key that requests of a kind come with: what the log says of a key tells the kind. */
export function keyOf(kind: string): string {
  return `soak-${kind}-0123456789abcdef`;
}

/**
 * The file. The two valid versions differ in a provider that only the first has, in a header of another, and in their
 * limits, for which all providers are made anew, and in whether servers are looked at; a SIGHUP without a change lets
 * them stay.
 */
export function configuration(version: Version, upstream: string): string {
  if (version === "invalid") return "providers: { steady: [\n";
  const first = version === "first";
  const provider = (name: string, profile: string, more = ""): string =>
    `  ${name}: { profile: ${profile}, base_url: "${upstream}", api_key: sk-soak${more} }`;
  const impatient = ", timeouts: { first_byte: 2s, idle: 1s }";
  const mapped = FAULTS.flatMap((fault) => [
    `  flaky-${fault}: [flaky/${fault}, steady/answer]`,
    `  rough-${fault}: [rough/${fault}, mended/answer]`,
  ]);
  return [
    "providers:",
    provider("steady", "openai"),
    provider("mended", "openai-compatible", `, headers: { x-version: ${version} }`),
    provider("whole", "openai-compatible", ", stream_upstream: false"),
    provider("flaky", "openai", impatient),
    provider("rough", "openai-compatible", impatient),
    ...(first ? [provider("passing", "openai")] : []),
    `  refused: { profile: openai, base_url: "${REFUSED}", api_key: sk-soak }`,
    "models:",
    ...mapped,
    "  refused-port: [refused/answer, steady/answer]",
    "  malformed-document: [whole/malformed-document, steady/answer]",
    "  all-ill: [flaky/fail-500, rough/fail-500]",
    "keys:",
    ...KINDS.map(({ name }) => `  - { name: ${name}, key: ${keyOf(name)} }`),
    // Looks at servers keep timers and connections, which rest must not have.
    `probe_interval: ${first ? "0" : "1s"}`,
    `limits: { body: ${first ? "1MiB" : "2MiB"}, in_flight: ${first ? 4000 : 5000} }`,
    "",
  ].join("\n");
}
