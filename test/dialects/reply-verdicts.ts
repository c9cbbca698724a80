import type { JsonObject } from "../../packages/millrace/src/model/json.ts";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceResponse } from "../../packages/millrace/src/model/response.ts";
import type { DecodedEvent } from "../../packages/millrace/src/model/stream-event.ts";
import { present } from "../../packages/millrace/src/wire/failure/present.ts";
import { answerEncoding } from "./answer-encoding.ts";
import type { ClientDialect, ServerDialect } from "./dialect.ts";
import type { ReadAnswer, ReplyFeature } from "./reply-features.ts";
import type { Verdict } from "./request-verdicts.ts";
import { written } from "./request-verdicts.ts";
import { isSame } from "./same.ts";
import { readEvents, responseOf } from "./translate.ts";

/** What becomes of something that a server says to a client of another dialect. */
export function replyVerdict(client: ClientDialect, server: ServerDialect, feature: ReplyFeature): Verdict {
  const bytes = server.replies(feature);
  if (bytes === undefined) return "none";
  const events = readEvents(server, bytes);
  const told = feature.said(answerOf(events));
  if (told === undefined) return "none";
  if (client.name === server.name) return "exact";
  const answer = heard(client, events);
  const arrived = feature.said(answer);
  if (isSame(arrived, told)) return "exact";
  if (arrived !== undefined || feature.shown?.(answer) === true) return "mapped";
  if (feature.kept === true) return "kept";
  return feature.said(heard(client, feature.events)) === undefined ? "none" : "lost";
}

/** An answer as its client reads it, and sends it back. */
function heard(client: ClientDialect, events: readonly DecodedEvent[]): ReadAnswer {
  const asked = { ...written(client), ...client.wants };
  const stream = client.codec.createStreamEncoder(answerEncoding(asked)).encode(events);
  const bytes = new TextEncoder().encode(stream);
  const read = answerOf(readEvents({ codec: client.writer, model: client.asks }, bytes));
  if (events.at(-1)?.type === "failure") return read;
  return { ...read, turn: sentBack(client, client.nextTurn(asked, stream, "How are you?")) };
}

/** The answer in the history of what the client asks next. */
function sentBack({ codec }: ClientDialect, body: JsonObject): Message | undefined {
  const decoded = codec.decodeRequest(body);
  if ("kind" in decoded) throw new RangeError(decoded.message);
  const turns = (decoded.request.messages ?? []).filter(({ role }) => role === "assistant");
  const [first] = turns;
  const toolCalls = turns.flatMap((turn) => turn.toolCalls ?? []);
  const reasoningDetails = turns.flatMap((turn) => turn.reasoningDetails ?? []);
  return first && { ...first, toolCalls, reasoningDetails };
}

function answerOf(events: readonly DecodedEvent[]): ReadAnswer {
  const response = responseOf(events);
  return { response, last: events.at(-1), turn: response && turnOf(response) };
}

/** An answer as the turn that is sent back. */
function turnOf({ choices }: InferenceResponse): Message | undefined {
  const [first] = choices;
  if (first === undefined) return undefined;
  const { text, toolCalls, reasoning, reasoningDetails, refusal } = first;
  return {
    role: "assistant",
    content: text === "" ? null : text,
    ...present({ reasoning, reasoningDetails, refusal }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
}
