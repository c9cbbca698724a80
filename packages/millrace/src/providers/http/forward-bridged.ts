import type { ServerCodec } from "../../wire/translation/codec.ts";
import type { ForwardReply, ForwardRequest } from "../provider.ts";
import { forwardTranslated } from "./forward-translated.ts";
import { concerns, type Move, moveFor } from "./moved-requests.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/**
 * Sends a request in the usual way. Where the server takes it only in the dialect of its reasoning models, it is
 * translated to that, and so are later ones of its kind for the same model.
 *
 * @param codec of that dialect
 */
export async function forwardBridged(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
  codec: ServerCodec,
  usual: () => Promise<ForwardReply>,
): Promise<ForwardReply> {
  const { conversation, model, operation } = request;
  if (conversation === undefined || operation === "responses") return usual();
  const bridged = async ({ parameter: field }: Move): Promise<ForwardReply> => {
    const reply = await forwardTranslated(upstream, request, conversation(), context, codec);
    const reason = "the server takes it of this model only as a Responses request";
    return { ...reply, changes: [{ field, action: "replaced", reason }, ...reply.changes] };
  };
  const known = upstream.learned.moves(model).find((move) => concerns(move, request));
  if (known !== undefined) return bridged(known);
  try {
    return await usual();
  } catch (error) {
    const move = moveFor(error);
    if (move === undefined) throw error;
    const reply = await bridged(move);
    upstream.learned.remember(model, [move]);
    return reply;
  }
}
