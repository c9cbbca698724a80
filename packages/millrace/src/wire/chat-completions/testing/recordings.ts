import { readFileSync } from "node:fs";
import { parseHttpTranscript } from "../../../conformance/recordings/http-transcript.ts";
import type { RecordedExchange } from "../../../conformance/recordings/http-transcript.ts";

const FOLDER = new URL("../../../../../../fixtures/llama-server/", import.meta.url);

/** The recorded exchanges of a file, as a real llama-server answered. */
export function recordings(file: string): readonly RecordedExchange[] {
  return parseHttpTranscript(readFileSync(new URL(file, FOLDER), "utf8"));
}

/** One recorded exchange, by its title. */
export function recording(file: string, title: string): RecordedExchange {
  const exchange = recordings(file).find((candidate) => candidate.title === title);
  if (exchange === undefined) throw new Error(`${file} has no exchange "${title}"`);
  return exchange;
}
