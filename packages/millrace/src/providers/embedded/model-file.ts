import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { fileMissing, fileUnreadable, notGguf } from "./engine-failures.ts";

const MAGIC = "GGUF";
const PART = /-00001-of-\d{5}$/u;

/** What a model is called after its file: without the ending, and without the number of the first part of several. */
export function modelIdOf(path: string): string {
  return basename(path)
    .replace(/\.gguf$/iu, "")
    .replace(PART, "");
}

/** What is wrong with a model's file, as far as its first bytes tell. */
export async function checkModelFile(path: string): Promise<Failure | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
      return buffer.toString("latin1", 0, bytesRead) === MAGIC ? undefined : notGguf(path);
    } finally {
      await file.close();
    }
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isMissing ? fileMissing(path) : fileUnreadable(path, error);
  }
}
