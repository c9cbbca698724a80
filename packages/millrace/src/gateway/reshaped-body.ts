import { REFERENCE_RULES } from "../wire/chat-completions/rules.ts";
import { chatClient } from "../wire/chat-completions/codec.ts";
import { encodeChatRequest } from "../wire/chat-completions/request.ts";
import type { JsonObject } from "../model/json.ts";
import type { Operation, RequestBody } from "../providers/provider.ts";
import { isChatBody, isResponsesBody } from "../wire/responses/body-shape.ts";
import { createResponsesServer, responsesClient } from "../wire/responses/codec.ts";
import { REFERENCE_RESPONSES_RULES } from "../wire/responses/rules.ts";
import { withoutForeignFields } from "../wire/translation/foreign-fields.ts";
import { readDocument } from "./client-body.ts";
import { withinDepth } from "./readable.ts";
import { wholeOf } from "./translation.ts";

/**
 * A body in the dialect of the path that it was posted to: some clients post what belongs to OpenAI's newer API to the
 * older one's path, or the other way round, and expect the path's own answer. Any other body is left as it is.
 */
export function reshapedBody(operation: Operation, body: RequestBody): RequestBody {
  if (operation === "chat-completions" && isResponsesBody(body.outline)) return rewritten(body, asChat);
  if (operation === "responses" && isChatBody(body.outline)) return rewritten(body, asResponses);
  return body;
}

/** Gives nothing where the body cannot be read either way: its own path then says what is wrong. */
type Rewrite = (json: JsonObject) => JsonObject | undefined;

function rewritten(body: RequestBody, rewrite: Rewrite): RequestBody {
  const json = wholeOf(body);
  const text = withinDepth(() => {
    const other = rewrite(json);
    const stream = json["stream"];
    return other && JSON.stringify({ ...other, ...(stream !== undefined && { stream }) });
  });
  return text === undefined ? body : readDocument(TEXT.encode(text));
}

const asChat: Rewrite = (json) => {
  if (responsesClient.check(json) !== undefined) return undefined;
  const decoded = responsesClient.decodeRequest(json);
  if ("kind" in decoded) return undefined;
  const { request } = withoutForeignFields(decoded.request);
  return encodeChatRequest(request, { stream: false, rules: REFERENCE_RULES.request, wantUsage: false }).body;
};

const asResponses: Rewrite = (json) => {
  if (chatClient.check(json) !== undefined) return undefined;
  const decoded = chatClient.decodeRequest(json);
  if ("kind" in decoded) return undefined;
  const { request } = withoutForeignFields(decoded.request);
  const { body } = createResponsesServer(REFERENCE_RESPONSES_RULES).encodeRequest(request, {
    model: request.model,
    stream: false,
    translated: false,
  });
  return body;
};

const TEXT = new TextEncoder();
