import type { Change } from "../../model/change.ts";
import type { Warning } from "../../model/warning.ts";
import type { ForwardReply, ForwardRequest, TranslatedEmbeddings } from "../provider.ts";
import { embed } from "./embeddings.ts";
import { checkStrict } from "./forward-request.ts";
import type { CallContext, Upstream } from "./upstream.ts";
import type { VectorWidths } from "./vector-widths.ts";

/** Embeds what a client asked for in another dialect than the server's. */
export async function forwardVectors(
  upstream: Upstream,
  widths: VectorWidths,
  forward: ForwardRequest,
  asked: TranslatedEmbeddings,
  context: CallContext,
): Promise<ForwardReply> {
  const { vectors, usage, model, requestId, warnings } = await embed(
    upstream,
    widths,
    { ...asked.request, model: forward.model },
    context,
  );
  const changes = [...asked.changes, ...warnings.flatMap(changeTold)];
  checkStrict(upstream, forward, changes);
  return {
    status: 200,
    headers: {},
    ...(requestId === undefined ? {} : { requestId }),
    changes,
    body: { kind: "vectors", vectors, model, ...(usage && { usage }) },
  };
}

function changeTold({ code, message }: Warning): readonly Change[] {
  if (code !== "parameter-dropped") return [];
  const [field = "", ...reason] = message.split(/[: ]/u);
  return [{ field, action: "dropped", reason: reason.join(" ").trim() }];
}
