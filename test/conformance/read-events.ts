import { createParser } from "eventsource-parser";
import type { ReadEvent } from "../../packages/millrace/src/conformance/runners/canonical-stream.ts";

/** A reader of server-sent events that is not ours. What is no field of an event it reads past, as readers do. */
export function readEvents(text: string): ReadEvent[] {
  const events: ReadEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event, data }),
    onError: (error) => {
      if (error.type !== "unknown-field") throw error;
    },
  });
  parser.feed(text);
  parser.reset({ consume: true });
  return events;
}
