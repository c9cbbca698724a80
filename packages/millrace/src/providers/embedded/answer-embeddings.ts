import { providerError } from "../../model/errors.ts";
import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { encodeFloats } from "../../wire/embeddings/float-codec.ts";
import { checkEmbeddingsRequest, requestedFormat } from "../../wire/embeddings/request.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import { arrayOf, isArray } from "../../wire/json/read.ts";
import type { EmbeddedCall } from "./embedded-call.ts";
import { atModel, checkAsked, type EmbeddedRequest, type EmbeddedServer } from "./embedded-server.ts";
import type { Embedded } from "./engine.ts";

/** Answers a request for vectors. */
export async function answerEmbeddings(
  call: EmbeddedCall,
  request: EmbeddedRequest,
  server: EmbeddedServer,
): Promise<void> {
  const { body, id } = request;
  const wrong = checkEmbeddingsRequest(body) ?? unfit(body);
  if (wrong !== undefined) throw providerError(wrong);
  checkAsked(server, request);
  await atModel(server, call, async ({ engine }) => {
    const embedded = await engine.embed(textsOf(body), call.left);
    checkWidth(body, embedded);
    call.open("application/json", id);
    call.write(JSON.stringify(documentOf(embedded, server.modelId, requestedFormat(body) === "base64")));
  });
}

function textsOf({ input }: JsonObject): readonly string[] {
  return (isArray(input) ? input : [input]).filter((text) => typeof text === "string");
}

function unfit({ input }: JsonObject): Failure | undefined {
  if (typeof input === "string" || arrayOf(input).every((text) => typeof text === "string")) return undefined;
  return failureOf("unsupported", "The embedded engine takes texts, not token ids.", { param: "input" });
}

/** A vector is as wide as the model makes it. */
function checkWidth({ dimensions = null }: JsonObject, { vectors }: Embedded): void {
  const width = vectors[0]?.length;
  if (dimensions === null || dimensions === width) return;
  const message = `The model's vectors have ${width} numbers; the embedded engine does not shorten them.`;
  throw providerError(failureOf("unsupported", message, { param: "dimensions" }));
}

function documentOf({ vectors, tokens }: Embedded, model: string, packed: boolean): JsonObject {
  const data = vectors.map((vector, index) => ({
    object: "embedding",
    index,
    embedding: packed ? encodeFloats(vector) : vector,
  }));
  return { object: "list", data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}
