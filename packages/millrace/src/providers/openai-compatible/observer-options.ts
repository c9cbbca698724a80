import type { PassingStreamOptions } from "../../wire/assembly/passing-stream.ts";
import { objectOf } from "../../wire/json/read.ts";
import type { ForwardRequest } from "../provider.ts";
import type { Upstream } from "./upstream.ts";

/** What the observer of a passing stream needs to know of the request and of the provider. */
export function observerOptions({ settings, clock }: Upstream, { body }: ForwardRequest): PassingStreamOptions {
  const { costField } = settings.profile.chat.reply;
  return {
    wantsUsage: objectOf(body.json["stream_options"])?.["include_usage"] === true,
    maxEventBytes: settings.limits.eventBytes,
    wallNowMs: () => clock.wallNow(),
    ...(costField === undefined ? {} : { costField }),
  };
}
