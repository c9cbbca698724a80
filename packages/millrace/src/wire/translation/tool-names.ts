import type { InferenceRequest } from "../../model/request.ts";
import type { Message } from "../../model/message.ts";
import type { Tool } from "../../model/tool.ts";

/** What tools may be called. */
export interface NameRule {
  /** Fits every name that is taken. */
  readonly taken: RegExp;
  /** Fits each character that is not, anywhere. */
  readonly odd: RegExp;
  readonly maxLength: number;
}

/** OpenAI's rule, and Amazon's. */
export const UP_TO_64: NameRule = { taken: /^[a-zA-Z0-9_-]{1,64}$/u, odd: /[^a-zA-Z0-9_-]/gu, maxLength: 64 };

/** Anthropic's rule. */
export const UP_TO_128: NameRule = { taken: /^[a-zA-Z0-9_-]{1,128}$/u, odd: /[^a-zA-Z0-9_-]/gu, maxLength: 128 };

/** Google's rule. */
export const DOTTED_UP_TO_128: NameRule = {
  taken: /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/u,
  odd: /[^A-Za-z0-9_.:-]/gu,
  maxLength: 128,
};

/**
 * A name as servers with this rule take it. One that has to be changed ends in a checksum of what it was, so that two
 * names stay two, and the same name becomes the same in every request.
 */
export function takenName(name: string, { taken, odd, maxLength }: NameRule): string {
  if (taken.test(name)) return name;
  const ending = `_${checksum(name)}`;
  // Where the beginning is what is not taken, there is room for another.
  const mended = name.replace(odd, "_").slice(0, maxLength - ending.length - 1) + ending;
  return taken.test(mended) ? mended : `_${mended}`;
}

/** A request whose tools all have names that are taken, wherever it names them; the same one where they have already. */
export function withTakenNames(request: InferenceRequest, rule: NameRule): InferenceRequest {
  const { tools, toolChoice, messages } = request;
  if (namesIn(request).every((name) => rule.taken.test(name))) return request;
  const rename = <T extends { readonly name: string }>(named: T): T => ({
    ...named,
    name: takenName(named.name, rule),
  });
  const isNamed = typeof toolChoice === "object" && "name" in toolChoice;
  return {
    ...request,
    ...(tools && { tools: tools.map((tool): Tool => ("raw" in tool ? tool : rename(tool))) }),
    ...(isNamed && { toolChoice: rename(toolChoice) }),
    ...(messages && { messages: messages.map((message) => renamed(message, rename)) }),
  };
}

function renamed(message: Message, rename: <T extends { readonly name: string }>(named: T) => T): Message {
  const { name, role, toolCalls } = message;
  return {
    ...message,
    ...(toolCalls && { toolCalls: toolCalls.map(rename) }),
    // Elsewhere it is a speaker's.
    ...(role === "tool" && name !== undefined && name !== "" && rename({ name })),
  };
}

function namesIn({ tools = [], messages = [] }: InferenceRequest): readonly string[] {
  return [
    ...tools.flatMap((tool) => ("raw" in tool ? [] : [tool.name])),
    ...messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ name }) => name)),
  ];
}

/** The 64-bit hash of Fowler, Noll and Vo, as 13 letters and digits at most. */
export function checksum(text: string): string {
  let hash = 0xcb_f2_9c_e4_84_22_23_25n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x1_00_00_00_01_b3n);
  }
  return hash.toString(36);
}
