import type { Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { BodyEditor } from "../assembly/body-editor.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import { claudeModel } from "../translation/claude-models.ts";
import type { EncodedRequest, RequestEncoding } from "../translation/codec.ts";
import { conversationOf, instructedConversation, isInstruction, partsOf } from "../translation/conversation.ts";
import { EncodingAccount } from "../translation/encoding-account.ts";
import { withoutForcedCall } from "../translation/forced-calls.ts";
import { encodeParts } from "./encode-parts.ts";
import { TurnEncoder } from "./encode-turns.ts";
import { dropUnknown, encodeSampling, encodeStop, encodeTier } from "./encode-parameters.ts";
import { encodeMetadata } from "./metadata.ts";
import { lacksThoughts } from "./open-loop.ts";
import { encodeFormat } from "./output-format.ts";
import type { MessagesRules } from "./rules.ts";
import { planThinking } from "./thinking.ts";
import { encodeToolFields } from "./tools.ts";
import type { Block, WireTurn } from "./types.ts";

/** Writes a request as a body for a server with these rules, and says what of it has no place there. */
export function encodeMessagesRequest(
  given: InferenceRequest,
  { model, stream, translated }: RequestEncoding,
  rules: MessagesRules,
): EncodedRequest {
  const account = new EncodingAccount();
  const claude = claudeModel(model);
  const request = claude.forcedCalls === "never" ? withoutForcedCall(given, account) : given;
  const { system, messages } = encodeConversation(request, rules, translated, account);
  const plan = planThinking(request, { model, claude, rules, mayThink: !lacksThoughts(messages) }, account);
  const { extra = {} } = request;
  const config = {
    ...objectOf(extra["output_config"]),
    ...present({ effort: plan.effort, format: encodeFormat(request.responseFormat, account) }),
  };
  const editor = new BodyEditor({
    ...extra,
    ...(rules.bodyVersion === undefined ? { model } : { anthropic_version: rules.bodyVersion }),
    max_tokens: plan.maxTokens,
    ...present({ system }),
    messages,
    ...encodeToolFields(request, !plan.isOn || claude.forcedCalls === "free", account),
    ...(plan.thinking && { thinking: { ...objectOf(extra["thinking"]), ...plan.thinking } }),
    ...(Object.keys(config).length > 0 && { output_config: config }),
    ...encodeSampling(request, { thinks: plan.isOn, model, rules }, account),
    ...encodeStop(request, account),
    ...encodeMetadata(request, rules, account),
    ...encodeTier(request, account),
    ...(stream && { stream }),
  });
  dropUnknown(request, account);
  editor.clean();
  const { body, changes } = editor.done();
  const { refusal } = account;
  return { body, changes: [...account.changes, ...changes], ...(refusal && { refusal }) };
}

interface EncodedConversation {
  readonly system?: string | readonly Block[];
  readonly messages: readonly WireTurn[];
}

function encodeConversation(
  request: InferenceRequest,
  rules: MessagesRules,
  translated: boolean,
  account: EncodingAccount,
): EncodedConversation {
  const all = conversationOf(request);
  const begin = all.findIndex((message) => !isInstruction(message));
  // A server wants somebody to speak.
  if (begin === -1) return allInstructions(all, { rules, translated }, account);
  if (!rules.systemTurns) {
    for (const change of instructedConversation(request).changes) account.reportOnce(change);
  }
  const instructions = all.slice(0, begin);
  const blocks = instructions.flatMap((message, index) =>
    encodeParts(partsOf(message), { account, translated, path: `messages[${index}].content` }),
  );
  const placed = all.slice(begin).map((message, index) => ({ message, index: begin + index }));
  const turns = new TurnEncoder({ account, rules, translated }).encode(placed);
  return { ...(blocks.length > 0 && { system: plainest(blocks) }), messages: begunByUser(turns, account) };
}

function allInstructions(
  all: readonly Message[],
  { rules, translated }: { readonly rules: MessagesRules; readonly translated: boolean },
  account: EncodingAccount,
): EncodedConversation {
  const placed = all.map((message, index) => ({ message: { ...message, role: "user" } as const, index }));
  for (const index of all.keys())
    account.replaceOnce(`messages[${index}].role`, "user", "the server wants a turn of the user");
  const turns = new TurnEncoder({ account, rules, translated }).encode(placed);
  return { messages: begunByUser(turns, account) };
}

/** Says as little as can be said. */
const NOTHING_SAID: WireTurn = { role: "user", content: "." };

function begunByUser(turns: readonly WireTurn[], account: EncodingAccount): readonly WireTurn[] {
  if (turns[0]?.role === "user") return turns;
  account.reportOnce({
    field: "messages",
    action: "added",
    to: "a first turn",
    reason: "the server wants the user to begin",
  });
  return [NOTHING_SAID, ...turns];
}

function plainest(blocks: readonly Block[]): string | readonly Block[] {
  const [only, ...others] = blocks;
  const { type, text, ...marks } = only ?? {};
  const isPlain = others.length === 0 && type === "text" && Object.keys(marks).length === 0;
  return isPlain && typeof text === "string" ? text : blocks;
}
