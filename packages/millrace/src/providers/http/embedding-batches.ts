import type { EmbeddingsResponse } from "../../model/response.ts";
import type { Warning } from "../../model/warning.ts";
import { joinBatches } from "../../wire/embeddings/batch.ts";
import type { DecodedEmbeddings } from "../../wire/embeddings/response.ts";
import { warningOf } from "./learned-parameters.ts";
import type { Remedy } from "./remedy.ts";
import type { Upstream } from "./upstream.ts";

/** The answer to one request for vectors, and what had to be left out of it. */
export interface EmbeddedBatch {
  readonly decoded: DecodedEmbeddings;
  readonly applied: readonly Remedy[];
  readonly requestId: string | undefined;
}

/** Asks for the vectors of each part of the input, and makes one answer of them; where one fails, all do. */
export async function embedInBatches<Input>(
  { settings, clock }: Pick<Upstream, "settings" | "clock">,
  [input, ...later]: readonly [Input, ...Input[]],
  embed: (input: Input) => Promise<EmbeddedBatch>,
): Promise<EmbeddingsResponse> {
  const startedMs = clock.now();
  const first = await embed(input);
  const rest: EmbeddedBatch[] = [];
  // One after the other: what the first was refused, the others do not send.
  for (const batch of later) rest.push(await embed(batch));
  const all = [first, ...rest];
  const decoded = joinBatches(
    first.decoded,
    rest.map((batch) => batch.decoded),
  );
  return {
    ...decoded,
    warnings: withoutRepeats([...all.flatMap(({ applied }) => applied.map(warningOf)), ...decoded.warnings]),
    provider: settings.name,
    latencyMs: Math.round(clock.now() - startedMs),
    ...(first.requestId === undefined ? {} : { requestId: first.requestId }),
  };
}

/** What is said of several of the requests is said once. */
function withoutRepeats(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}
