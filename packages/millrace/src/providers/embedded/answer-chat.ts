import { providerError } from "../../model/errors.ts";
import { objectOf } from "../../wire/json/read.ts";
import { AnswerWriter } from "./answer-writer.ts";
import type { EmbeddedCall } from "./embedded-call.ts";
import { atModel, checkAsked, type EmbeddedRequest, type EmbeddedServer } from "./embedded-server.ts";
import { generateRequest } from "./generate-request.ts";

/** Answers a chat request, as a stream or whole. */
export async function answerChat(call: EmbeddedCall, request: EmbeddedRequest, server: EmbeddedServer): Promise<void> {
  const asked = generateRequest(request.body);
  if ("kind" in asked) throw providerError(asked);
  checkAsked(server, request);
  const { body, id } = request;
  const createdSec = Math.floor(server.clock.wallNow() / 1000);
  const includeUsage = objectOf(body["stream_options"])?.["include_usage"] === true;
  const writer = new AnswerWriter({ id: `chatcmpl-${id}`, model: server.modelId, createdSec }, includeUsage);
  const streams = body["stream"] === true;
  await atModel(server, call, async ({ engine }) => {
    const generated = await engine.generate(
      asked,
      (pieces) => {
        const text = writer.pieces(pieces);
        if (!streams) return;
        call.open("text/event-stream", id);
        call.write(text);
      },
      call.left,
    );
    const end = writer.end(generated);
    call.open(streams ? "text/event-stream" : "application/json", id);
    call.write(streams ? end : writer.document());
  });
}
