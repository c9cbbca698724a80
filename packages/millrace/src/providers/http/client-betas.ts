import type { Change } from "../../model/change.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ServerCodec } from "../../wire/translation/codec.ts";
import { BETA_HEADER, betasInHeaders } from "./refused-betas.ts";

/** Betas that ask nothing of a model: they say who the client is, or how it reads a stream. */
const OF_THE_CLIENT: readonly string[] = ["claude-code-", "oauth-", "fine-grained-tool-streaming-"];

const LOST: Change = {
  field: BETA_HEADER,
  action: "dropped",
  reason: "the server knows nothing of Anthropic's betas",
};

/** A body for another dialect's server with the client's betas in it, or what is told where they have no place. */
export function withClientBetas(
  body: JsonObject,
  headers: Readonly<Record<string, string>> | undefined,
  { codec, model }: { readonly codec: ServerCodec; readonly model: string },
): { readonly body: JsonObject; readonly changes: readonly Change[] } {
  const sent = headers === undefined ? [] : betasInHeaders(headers).sent;
  const betas = sent.filter((beta) => !OF_THE_CLIENT.some((start) => beta.startsWith(start)));
  if (betas.length === 0) return { body, changes: [] };
  const written = codec.withBetas?.(body, betas, model) ?? body;
  return { body: written, changes: written === body ? [LOST] : [] };
}
