import fc from "fast-check";
import { expect, test } from "vitest";
import type { ContentPart, Message } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { anyRequest } from "../assembly/testing/any-request.ts";
import { withoutForeignFields } from "../translation/foreign-fields.ts";
import { createResponsesServer } from "./codec.ts";
import { decodeResponsesRequest } from "./request.ts";
import { OPENAI_RESPONSES_RULES } from "./rules.ts";

const server = createResponsesServer({
  ...OPENAI_RESPONSES_RULES,
  readableReasoning: true,
  storeFalse: false,
  jsonInInput: false,
});

/** The request as it comes back, and whether it could be sent at all. */
function roundTrip(given: InferenceRequest): InferenceRequest | undefined {
  const { request } = withoutForeignFields(given);
  const { body, refusal } = server.encodeRequest(request, { model: "m", stream: false, translated: true });
  if (refusal) return undefined;
  const decoded = decodeResponsesRequest(body);
  if ("kind" in decoded) throw new Error(decoded.message);
  return decoded.request;
}

type Said = readonly [role: string, kind: string, what: string];

/** Everything that is said, in order: how it is divided into messages does not matter. */
function said(messages: readonly Message[] = []): readonly Said[] {
  const all: Said[] = [];
  for (const next of messages.flatMap(saidIn)) {
    const last = all.at(-1);
    if (last?.[1] !== "reasoning" || next[1] !== "reasoning") all.push(next);
    else all[all.length - 1] = [next[0], "reasoning", `${last[2]}\n\n${next[2]}`];
  }
  return all;
}

function saidIn({ role, content, reasoning, refusal, toolCalls = [], toolCallId }: Message): readonly Said[] {
  return [
    ...(reasoning ? [[role, "reasoning", reasoning] as const] : []),
    ...contentOf(content).map((part) => [role, ...part] as const),
    ...(refusal === undefined ? [] : [[role, "refusal", refusal] as const]),
    ...toolCalls.map((call) => [role, call.type, JSON.stringify([call.id, call.name, call.arguments])] as const),
    ...(toolCallId === undefined ? [] : [[role, "result", toolCallId] as const]),
  ];
}

function contentOf(content: Message["content"]): readonly (readonly [kind: string, what: string])[] {
  if (typeof content === "string") return content === "" ? [] : [["text", content]];
  return (content ?? []).flatMap((part) =>
    isEmpty(part) ? [] : [[part.type === "refusal" ? "refusal" : part.type, whatIn(part)] as const],
  );
}

const isEmpty = (part: ContentPart): boolean => part.type === "text" && part.text === "";

function whatIn(part: ContentPart): string {
  if (part.type === "text") return part.text;
  if (part.type === "refusal") return part.refusal;
  const { extra: _extra, ...rest } = part as ContentPart & { extra?: unknown };
  return JSON.stringify(rest);
}

/** An answer alone can refuse here. */
const refusesElsewhere = ({ messages = [] }: InferenceRequest): boolean =>
  messages.some(({ role, content }) => role !== "assistant" && contentOf(content).some(([kind]) => kind === "refusal"));

test("what is said, by whom and in which order is kept, ids included", () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      fc.pre(!refusesElsewhere(request));
      const back = roundTrip(request);
      fc.pre(back !== undefined);
      expect(said(back?.messages)).toEqual(said(withoutForeignFields(request).request.messages));
    }),
  );
});

test("tools, their order and the choice among them are kept", () => {
  fc.assert(
    fc.property(anyRequest, ({ tools = [], toolChoice }) => {
      const messages = [{ role: "user", content: "hi" }] as const;
      const back = roundTrip({ model: "m", messages, tools, ...(toolChoice && { toolChoice }) });
      const known = { strict: false, parameters: { type: "object", properties: {} } };
      const plain = withoutForeignFields({ model: "m", tools }).request.tools ?? [];
      expect(back?.tools ?? []).toEqual(plain.map((tool) => ({ ...known, ...tool })));
      expect(back?.toolChoice).toEqual(tools.length === 0 ? undefined : toolChoice);
    }),
  );
});

test("parameters that both know are kept", () => {
  fc.assert(
    fc.property(anyRequest, (given) => {
      const messages = [{ role: "user", content: "hi" }] as const;
      const {
        maxTokens,
        temperature,
        topP,
        reasoningEffort,
        user,
        metadata,
        store,
        serviceTier,
        responseFormat,
        logprobs,
      } = given;
      const options = { temperature, topP, reasoningEffort, user, metadata, store, serviceTier, responseFormat };
      const request = JSON.parse(
        JSON.stringify({ model: "m", messages, maxTokens, logprobs, ...options }),
      ) as InferenceRequest;
      const back = roundTrip(request);
      const { logprobs: _no, ...same } = request;
      expect(back).toEqual({
        ...same,
        ...(maxTokens !== undefined && { maxTokens: Math.max(maxTokens, 16) }),
        ...(logprobs === true && { logprobs }),
        // An effort without a word of summaries asks for none.
        ...(request.reasoningEffort !== undefined && { reasoningSummary: "none" }),
      });
    }),
  );
});
