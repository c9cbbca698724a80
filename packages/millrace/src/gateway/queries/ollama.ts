import type { JsonObject } from "../../model/json.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { encodeVersion, PULLED } from "../../wire/ollama/models.ts";
import { wantsStream } from "../../wire/ollama/request.ts";
import { RefusalError } from "../refusal.ts";
import type { OllamaQuestion } from "../route.ts";
import { askedModel, ollamaPs, ollamaShow, ollamaTags } from "./ollama-models.ts";
import type { Query, QueryReply } from "./query.ts";

const ANSWERS: Readonly<Record<OllamaQuestion, (query: Query) => Promise<QueryReply>>> = {
  // Clients look who this is before they have a key.
  version: async () => found(encodeVersion()),
  tags: async (query) => found(await ollamaTags(query)),
  ps: async (query) => found(await ollamaPs(query)),
  show: async (query) => found(await ollamaShow(query)),
  pull: ollamaPull,
  manage: async () => {
    const message = "This gateway has no models of its own to push, create, copy or delete: its servers have them.";
    throw new RefusalError(failureOf("unsupported", message, { status: 501, retry: "never" }));
  },
};

/**
 * Answers what Ollama's clients ask beside conversations.
 *
 * @throws {RefusalError} in the client's own fault
 */
export function answerOllama(query: Query, question: OllamaQuestion): Promise<QueryReply> {
  return ANSWERS[question](query);
}

/** Some clients fetch a model before they use it. One that is there is fetched already; another cannot be. */
async function ollamaPull(query: Query): Promise<QueryReply> {
  const { asked } = await askedModel(query);
  if (!wantsStream(asked)) return found(PULLED.at(-1) ?? {});
  const lines = PULLED.map((line) => `${JSON.stringify(line)}\n`);
  return { status: 200, headers: { "content-type": "application/x-ndjson" }, body: lines.join("") };
}

function found(body: JsonObject): QueryReply {
  return { status: 200, headers: {}, body };
}
