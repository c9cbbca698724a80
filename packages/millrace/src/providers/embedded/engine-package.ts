import { createRequire } from "node:module";
import { join } from "node:path";
import { ENGINE_PACKAGE } from "./engine-failures.ts";

/**
 * Where the engine's package is: beside this program, or in one of these folders.
 *
 * @returns a path to import, or undefined where it is not installed
 */
export function findEnginePackage(folders: readonly string[]): string | undefined {
  for (const from of [import.meta.url, ...folders.map((folder) => join(folder, "package.json"))]) {
    try {
      return createRequire(from).resolve(ENGINE_PACKAGE);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    }
  }
  return undefined;
}
