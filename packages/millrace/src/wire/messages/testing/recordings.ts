import { readFileSync } from "node:fs";
import { parseHttpTranscript } from "../../../conformance/recordings/http-transcript.ts";

const FOLDER = new URL("../../../../../../fixtures/messages/", import.meta.url);

/** The body of a recorded stream, framed as its service sends it. */
export function recordedStream(file: string): string {
  const text = readFileSync(new URL(file, FOLDER), "utf8");
  if (file.endsWith(".txt")) return parseHttpTranscript(text)[0]?.reply.body ?? "";
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => `event: ${(JSON.parse(line) as { readonly type: string }).type}\ndata: ${line}\n\n`)
    .join("");
}
