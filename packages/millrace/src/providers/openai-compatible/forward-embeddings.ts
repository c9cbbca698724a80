import type { JsonObject } from "../../model/json.ts";
import { adaptEmbeddingsRequest } from "../../wire/embeddings/adapt.ts";
import { countInputs, requestedFormat } from "../../wire/embeddings/request.ts";
import { type DecodedEmbeddings, encodeEmbeddings } from "../../wire/embeddings/response.ts";
import { isObject } from "../../wire/json/read.ts";
import type { ForwardReply, ForwardRequest } from "../provider.ts";
import { EMBEDDINGS_PATH, readEmbeddings } from "./embeddings.ts";
import { forwardReply, sendForward } from "./forward-request.ts";
import type { JsonReply } from "./json-reply.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/** Passes an embeddings request on. The vectors go back in the form that the client asked for. */
export async function forwardEmbeddings(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
): Promise<ForwardReply> {
  const { model, body } = request;
  const { refusedParameters } = upstream.settings.profile.chat.request;
  const adapted = adaptEmbeddingsRequest(body.json, { model, refusedParameters });
  const call = { path: EMBEDDINGS_PATH, stream: false, adapted };
  const forwarded = await sendForward(upstream, request, call, context);
  const inputs = countInputs(body.json["input"] ?? "");
  const { document, decoded } = await readEmbeddings(upstream, forwarded.reply, { model, inputs });
  return forwardReply(forwarded, {
    kind: "whole",
    bytes: asAsked(document, decoded, body.json),
    model: decoded.model,
    ...(decoded.usage === undefined ? {} : { usage: decoded.usage }),
  });
}

/** The server's own bytes wherever the vectors already have the form that was asked for. */
function asAsked({ value, bytes }: JsonReply, decoded: DecodedEmbeddings, request: JsonObject): Uint8Array {
  const reply = isObject(value) ? value : listOf(decoded);
  const encoded = encodeEmbeddings(reply, requestedFormat(request));
  return encoded === value ? bytes : new TextEncoder().encode(JSON.stringify(encoded));
}

/** Some servers give the bare vectors without the list around them. */
function listOf({ vectors, model }: DecodedEmbeddings): JsonObject {
  const data = vectors.map((embedding, index) => ({ object: "embedding", index, embedding }));
  return { object: "list", model, data };
}
