import { readFileSync } from "node:fs";
import { parseHttpTranscript } from "../../../conformance/recordings/http-transcript.ts";
import { parseJsonLines } from "../../../conformance/recordings/json-lines.ts";

const FOLDER = new URL("../../../../../../fixtures/responses/", import.meta.url);

/** The body of a captured stream. */
export function captured(file: string): string {
  const { body } = parseJsonLines(readFileSync(new URL(file, FOLDER), "utf8"), { done: false });
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

/** What a real llama-server answered, by the exchange's title. */
export function llamaServer(title: string): string {
  const exchanges = parseHttpTranscript(readFileSync(new URL("llama-server.txt", FOLDER), "utf8"));
  const exchange = exchanges.find((candidate) => candidate.title === title);
  if (exchange === undefined) throw new Error(`No exchange is called "${title}"`);
  return exchange.reply.body;
}
