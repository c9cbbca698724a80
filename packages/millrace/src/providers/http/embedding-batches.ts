import type { Change } from "../../model/change.ts";
import type { EmbeddingsResponse } from "../../model/response.ts";
import { joinBatches } from "../../wire/embeddings/batch.ts";
import type { DecodedEmbeddings } from "../../wire/embeddings/response.ts";
import { changeWarning } from "./change-warning.ts";
import type { Upstream } from "./upstream.ts";

/** The answer to one request for vectors, and what had to be changed in it. */
export interface EmbeddedBatch {
  readonly decoded: DecodedEmbeddings;
  readonly changes: readonly Change[];
  readonly requestId: string | undefined;
}

/** The answer to all of them, and what had to be changed in any. */
export interface Embedded {
  readonly response: EmbeddingsResponse;
  readonly changes: readonly Change[];
}

/** Asks for the vectors of each part of the input, and makes one answer of them; where one fails, all do. */
export async function embedInBatches<Input>(
  { settings, clock }: Pick<Upstream, "settings" | "clock">,
  [input, ...later]: readonly [Input, ...Input[]],
  embed: (input: Input) => Promise<EmbeddedBatch>,
): Promise<Embedded> {
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
  const changes = withoutRepeats(
    all.flatMap((batch) => batch.changes),
    ({ action, field }) => `${action} ${field}`,
  );
  const warnings = withoutRepeats([...changes.map(changeWarning), ...decoded.warnings], ({ message }) => message);
  const response = {
    ...decoded,
    warnings,
    provider: settings.name,
    latencyMs: Math.round(clock.now() - startedMs),
    ...(first.requestId === undefined ? {} : { requestId: first.requestId }),
  };
  return { response, changes };
}

/** What is said of several of the requests is said once. */
function withoutRepeats<Said>(all: readonly Said[], key: (said: Said) => string): readonly Said[] {
  return [...new Map(all.map((said) => [key(said), said])).values()];
}
