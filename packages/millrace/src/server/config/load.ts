import { readFile } from "node:fs/promises";
import { type Settings, settingsOf, ZERO_CONFIGURATION } from "./settings.ts";
import type { Environment } from "../../providers/environment.ts";

/** The configuration file cannot be read at all. */
class ConfigReadError extends Error {
  override readonly name = "ConfigReadError";
}

/**
 * The settings of a file, or the zero configuration where there is none.
 *
 * @throws {ConfigFileError} listing every mistake in the file
 * @throws {ConfigReadError} when there is no such file, or it may not be read
 */
export async function loadSettings(file: string | undefined, environment: Environment): Promise<Settings> {
  if (file === undefined) return ZERO_CONFIGURATION;
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new ConfigReadError(`The configuration file ${file} cannot be read: ${cause.message}`, { cause });
  });
  // Without a file neither the YAML parser nor the schema is loaded, which is half of the time to start.
  const { parseConfig, positionOf } = await import("./parse.ts");
  const settings = settingsOf(parseConfig(text, file, environment), file);
  return { ...settings, origin: { file, positionOf: (path) => positionOf(text, path) } };
}
