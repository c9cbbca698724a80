import type { OpenAIErrorReply } from "../../wire/failure/openai-error.ts";

/** One thing that a reply does, in the order: waits, the head, bytes and waits, and maybe a bad end. */
export type Act =
  | { readonly type: "head"; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: "send"; readonly text: string }
  | { readonly type: "wait"; readonly ms: number }
  /** The connection ends in the middle of the reply. */
  | { readonly type: "cut" }
  /** Nothing more comes. */
  | { readonly type: "hang" };

/** A whole reply of JSON. */
export function* jsonReply(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Generator<Act> {
  yield { type: "head", status, headers: { "content-type": "application/json", ...headers } };
  yield { type: "send", text: JSON.stringify(body) };
}

/** A whole reply that reports an error. */
export function errorReply({ status, body, headers }: OpenAIErrorReply): Generator<Act> {
  return jsonReply(status, body, headers);
}
