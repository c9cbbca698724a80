import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import { type AdaptedBody, adaptedBody } from "../../wire/assembly/body-editor.ts";
import { adaptEmbeddingsRequest } from "../../wire/embeddings/adapt.ts";
import { joinBatches, joinReplies, splitInputs } from "../../wire/embeddings/batch.ts";
import { plainEmbeddingsFacts } from "../../wire/embeddings/reply-facts.ts";
import { countInputs, requestedFormat } from "../../wire/embeddings/request.ts";
import { type DecodedEmbeddings, encodeEmbeddings } from "../../wire/embeddings/response.ts";
import { isObject } from "../../wire/json/read.ts";
import type { ForwardBody, ForwardReply, ForwardRequest } from "../provider.ts";
import { decodeVectors, EMBEDDINGS_PATH } from "./embeddings.ts";
import { type Forwarded, forwardReply, sendForward } from "./forward-request.ts";
import { type JsonReply, readVectors } from "./json-reply.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/**
 * Passes an embeddings request on, in as many requests as the server's limit on inputs needs. The vectors go back in
 * the form that the client asked for.
 */
export async function forwardEmbeddings(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
): Promise<ForwardReply> {
  const { model, body } = request;
  const { chat, embeddings } = upstream.settings.profile;
  const { refusedParameters } = chat.request;
  const options = { model, refusedParameters, isClean: body.isClean };
  const adapt = (json: JsonObject): AdaptedBody => adaptEmbeddingsRequest(json, options);
  const adapted = adaptedBody(body, adapt);
  const [input, ...later] = splitInputs(adapted.body["input"] ?? "", embeddings.maxInputs);
  if (later.length > 0) return forwardBatches(upstream, request, adapt(body.json), context);
  const forwarded = await sendInputs(upstream, request, adapted, context);
  const document = await readVectors(upstream, forwarded.reply);
  const facts = plainEmbeddingsFacts(document.value, {
    count: countInputs(input),
    format: requestedFormat(body.outline),
    costField: chat.reply.costField,
  });
  if (facts !== undefined) return forwardReply(forwarded, { kind: "whole", bytes: document.bytes, ...facts });
  const decoded = decodeVectors(upstream, forwarded.reply, document, { model, inputs: countInputs(input) });
  return forwardReply(forwarded, wholeBody(asAsked(document, decoded, body.outline), decoded));
}

/** One after the other: what the first was refused, the others do not send. Where one fails, all do. */
async function forwardBatches(
  upstream: Upstream,
  request: ForwardRequest,
  { body, changes }: AdaptedBody,
  context: CallContext,
): Promise<ForwardReply> {
  const inputs = splitInputs(body["input"] ?? "", upstream.settings.profile.embeddings.maxInputs);
  const [input, ...later] = inputs;
  const first = await sendBatch(upstream, request, { body: { ...body, input }, changes }, context);
  const rest: Batch[] = [];
  for (const batch of later) {
    rest.push(await sendBatch(upstream, request, { body: { ...body, input: batch }, changes: [] }, context));
  }
  const decoded = joinBatches(
    first.decoded,
    rest.map((batch) => batch.decoded),
  );
  const format = requestedFormat(request.body.outline);
  const replies = [first, ...rest].map(({ document, decoded: part }) =>
    encodeEmbeddings(replyOf(document, part), format),
  );
  const bytes = new TextEncoder().encode(JSON.stringify(joinReplies(replies, decoded.usage)));
  const told = [splitInto(inputs.length), ...rest.flatMap(({ forwarded }) => forwarded.changes)];
  const forwarded: Forwarded = { ...first.forwarded, changes: withoutRepeats([...first.forwarded.changes, ...told]) };
  return forwardReply(forwarded, wholeBody(bytes, decoded));
}

/** One request, and its answer. */
interface Batch {
  readonly forwarded: Forwarded;
  readonly document: JsonReply;
  readonly decoded: DecodedEmbeddings;
}

async function sendBatch(
  upstream: Upstream,
  request: ForwardRequest,
  adapted: AdaptedBody,
  context: CallContext,
): Promise<Batch> {
  const forwarded = await sendInputs(upstream, request, adapted, context);
  const inputs = countInputs(adapted.body["input"] ?? "");
  const document = await readVectors(upstream, forwarded.reply);
  const decoded = decodeVectors(upstream, forwarded.reply, document, { model: request.model, inputs });
  return { forwarded, document, decoded };
}

function sendInputs(
  upstream: Upstream,
  request: ForwardRequest,
  adapted: AdaptedBody,
  context: CallContext,
): Promise<Forwarded> {
  return sendForward(upstream, request, { path: EMBEDDINGS_PATH, stream: false, adapted }, context);
}

function wholeBody(bytes: Uint8Array, { model, usage }: DecodedEmbeddings): ForwardBody {
  return { kind: "whole", bytes, model, ...(usage === undefined ? {} : { usage }) };
}

/** The server's own bytes wherever the vectors already have the form that was asked for. */
function asAsked(document: JsonReply, decoded: DecodedEmbeddings, request: JsonObject): Uint8Array {
  const encoded = encodeEmbeddings(replyOf(document, decoded), requestedFormat(request));
  return encoded === document.value ? document.bytes : new TextEncoder().encode(JSON.stringify(encoded));
}

/** Some servers give the bare vectors without the list around them. */
function replyOf({ value }: JsonReply, { vectors, model }: DecodedEmbeddings): JsonObject {
  if (isObject(value)) return value;
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
  return { object: "list", model, data };
}

function splitInto(requests: number): Change {
  return { field: "input", action: "replaced", to: `${requests} requests`, reason: "the server takes fewer at once" };
}

/** What was changed in several of the requests is told once. */
function withoutRepeats(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [`${change.action} ${change.field}`, change])).values()];
}
