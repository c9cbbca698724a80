import { ProviderError } from "../../model/errors.ts";
import { arrayOf } from "../../wire/json/read.ts";
import type { ForwardReply, ForwardRequest } from "../provider.ts";
import { reasoningCodec } from "./dialects.ts";
import { forwardTranslated } from "./forward-translated.ts";
import type { Move } from "./remedy.ts";
import type { CallContext, Upstream } from "./upstream.ts";

/**
 * How OpenAI refuses in chat completions what it takes as a Responses request: function tools of models that reason
 * (openai/openai-openapi#541), and whole models (n8n-io/n8n#18352, egoist/chatwise-releases#1256).
 */
const ELSEWHERE = /\bv1\/responses\b|^This is not a chat model\b/u;
const ABOUT_TOOLS = /\btools\b/u;

/**
 * Sends a request in the usual way. Where the server takes it only in the dialect of its reasoning models, it is
 * translated to that, and so are later ones of its kind for the same model.
 */
export async function forwardBridged(
  upstream: Upstream,
  request: ForwardRequest,
  context: CallContext,
  usual: () => Promise<ForwardReply>,
): Promise<ForwardReply> {
  const { conversation, model, operation } = request;
  const codec = reasoningCodec(upstream.settings.profile);
  if (codec === undefined || conversation === undefined || operation === "responses") return usual();
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

function moveFor(error: unknown): Move | undefined {
  if (!(error instanceof ProviderError)) return undefined;
  const { status, message = "" } = error.failure.upstream ?? {};
  if ((status !== 400 && status !== 404) || !ELSEWHERE.test(message)) return undefined;
  return { parameter: ABOUT_TOOLS.test(message) ? "tools" : "messages", action: "moved", to: "/responses" };
}

function concerns({ parameter }: Move, { body: { outline } }: ForwardRequest): boolean {
  if (parameter !== "tools") return true;
  return arrayOf(outline["tools"]).length > 0 && outline["reasoning_effort"] !== "none";
}
