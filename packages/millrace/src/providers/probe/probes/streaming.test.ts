import { expect, test } from "vitest";
import type { JsonObject } from "../../../model/json.ts";
import type { Verdict } from "../finding.ts";
import type { Subject } from "../probe.ts";
import type { Reply } from "../question.ts";
import { answer, chunk, events, reply, USAGE } from "../testing/wire.ts";
import { streaming } from "./streaming.ts";
import { streamUsage, usageOption } from "./stream-usage.ts";

const SUBJECT: Subject = { profile: "openai-compatible", model: "m", embeddingsModel: "m", heard: [] };
const stream = (text: string, more: Partial<Reply> = {}): Reply => reply({ body: { stream: true }, text, ...more });
const askedUsage = (text: string, more: Partial<Reply> = {}): Reply =>
  reply({ body: { stream: true, stream_options: { include_usage: true } }, text, ...more });

const ROLE = chunk({ role: "assistant", content: "" });
const TEXT = chunk({ content: "1 " });
const FINISH = chunk({}, "length");
const OWN_USAGE = { ...chunk({}), choices: [], usage: USAGE };
const STANDARD = events([ROLE, TEXT, FINISH]);

const STREAMS: readonly {
  readonly what: string;
  readonly reply: Reply;
  readonly verdict: Verdict;
  readonly departs: readonly string[];
}[] = [
  { what: "the standard's own stream", reply: stream(STANDARD), verdict: "yes", departs: [] },
  {
    what: "no [DONE]",
    reply: stream(events([TEXT, FINISH], "")),
    verdict: "yes",
    departs: ["a stream ends without [DONE]"],
  },
  {
    what: "no finish",
    reply: stream(events([TEXT])),
    verdict: "partly",
    departs: ["no chunk has a finish_reason"],
  },
  {
    what: "a finish with the last content",
    reply: stream(events([chunk({ content: "1" }, "length")])),
    verdict: "yes",
    departs: ["the finish_reason comes with the last content"],
  },
  { what: "CRLF", reply: stream(STANDARD.replaceAll("\n", "\r\n")), verdict: "yes", departs: ["lines end with CRLF"] },
  {
    what: "comments",
    reply: stream(`: ping\n\n${STANDARD}`),
    verdict: "yes",
    departs: ["there are comments between events"],
  },
  {
    what: "another content type",
    reply: stream(STANDARD, { headers: { "content-type": "text/plain" } }),
    verdict: "yes",
    departs: ["a stream is called text/plain instead of text/event-stream"],
  },
  {
    what: "one whole reply",
    reply: stream("", { json: answer({ content: "1" }) }),
    verdict: "no",
    departs: ["stream: true gives one whole reply"],
  },
  { what: "a web page", reply: stream("<html></html>"), verdict: "no", departs: [] },
  {
    what: "an error in a 200",
    reply: stream(events([{ error: { message: "no", code: 400 } }])),
    verdict: "no",
    departs: [],
  },
  {
    what: "a server that is full",
    reply: stream("", { status: 503, json: { error: { message: "overloaded" } } }),
    verdict: "unknown",
    departs: [],
  },
];

test.each(STREAMS)("$what: $verdict", ({ reply: given, verdict, departs }) => {
  const judgement = streaming.judge(SUBJECT, [given]);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.departures.map(({ what }) => what)).toEqual(departs);
});

const REFUSAL: JsonObject = {
  error: { message: "Unrecognized request argument: stream_options", type: "invalid_request_error" },
};
const USAGES: readonly {
  readonly what: string;
  readonly asked: Reply;
  readonly unasked: Reply;
  readonly verdict: Verdict;
  readonly facts: JsonObject;
}[] = [
  {
    what: "usage in its own chunk when asked for",
    asked: askedUsage(events([TEXT, FINISH, OWN_USAGE])),
    unasked: stream(STANDARD),
    verdict: "yes",
    facts: { place: "in its own chunk", unasked: "none" },
  },
  {
    what: "usage in the finish chunk, asked for or not",
    asked: askedUsage(events([TEXT, { ...FINISH, usage: USAGE }])),
    unasked: stream(events([TEXT, { ...FINISH, usage: USAGE }])),
    verdict: "yes",
    facts: { place: "in the finish chunk", unasked: "in the finish chunk" },
  },
  {
    what: "usage in every chunk",
    asked: askedUsage(
      events([
        { ...TEXT, usage: USAGE },
        { ...FINISH, usage: USAGE },
      ]),
    ),
    unasked: stream(STANDARD),
    verdict: "yes",
    facts: { place: "in several chunks" },
  },
  {
    what: "no usage",
    asked: askedUsage(STANDARD),
    unasked: stream(STANDARD),
    verdict: "no",
    facts: { stream_options: "accepted" },
  },
  {
    what: "a refusal",
    asked: askedUsage("", { status: 400, json: REFUSAL, text: JSON.stringify(REFUSAL) }),
    unasked: stream(STANDARD),
    verdict: "no",
    facts: { stream_options: "refused" },
  },
];

test.each(USAGES)("$what: $verdict", ({ asked, unasked, verdict, facts }) => {
  const judgement = streamUsage.judge({ ...SUBJECT, heard: [unasked] }, [asked]);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.facts).toMatchObject(facts);
});

test("later streams ask for usage only where that was taken", () => {
  const refused = askedUsage("", { status: 400, text: JSON.stringify(REFUSAL), json: REFUSAL });
  expect(usageOption({ ...SUBJECT, heard: [refused] })).toEqual({});
  expect(usageOption({ ...SUBJECT, heard: [askedUsage(STANDARD)] })).toEqual({
    stream_options: { include_usage: true },
  });
});
