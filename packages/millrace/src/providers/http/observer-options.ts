import type { PassingStreamOptions } from "../../wire/assembly/passing-stream.ts";
import { objectOf } from "../../wire/json/read.ts";
import type { ForwardRequest } from "../provider.ts";
import type { Upstream } from "./upstream.ts";

/** What the observer of a passing stream needs to know of the request and of the provider. */
export function observerOptions(
  { settings, clock, failures }: Upstream,
  { body }: ForwardRequest,
): PassingStreamOptions {
  const { costField, unreadableChunk } = settings.profile.chat.reply;
  return {
    wantsUsage: objectOf(body.outline["stream_options"])?.["include_usage"] === true,
    maxEventBytes: settings.limits.eventBytes,
    limits: settings.limits,
    wallNowMs: () => clock.wallNow(),
    unreadableChunk,
    dress: (failure) => failures.error(failure).failure,
    ...(costField === undefined ? {} : { costField }),
  };
}
