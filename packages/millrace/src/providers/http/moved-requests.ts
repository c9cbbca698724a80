import { ProviderError } from "../../model/errors.ts";
import { arrayOf } from "../../wire/json/read.ts";
import type { ForwardRequest } from "../provider.ts";

/** Requests with this field of the body go to another route of the server. */
export interface Move {
  readonly parameter: "messages" | "tools";
  readonly action: "moved";
  readonly to: string;
}

/** How OpenAI names the place where it takes what it refuses in another (openai/openai-openapi#541, n8n-io/n8n#18352). */
const PLACE = /\bv1\/responses\b/u;
/** How it speaks of models that are there alone (egoist/chatwise-releases#1256). */
const NO_CHAT = /^This is not a chat model\b/u;
const ABOUT_TOOLS = /\btools\b/u;

/** Whether a refusal says that the server takes it elsewhere: then it would be refused with less in it, too. */
export function isTakenElsewhere(account: string): boolean {
  return PLACE.test(account);
}

/** Where requests of its kind go from now on, where a failure says so. */
export function moveFor(error: unknown): Move | undefined {
  if (!(error instanceof ProviderError)) return undefined;
  const { status, message = "" } = error.failure.upstream ?? {};
  if ((status !== 400 && status !== 404) || !(PLACE.test(message) || NO_CHAT.test(message))) return undefined;
  return { parameter: ABOUT_TOOLS.test(message) ? "tools" : "messages", action: "moved", to: "/responses" };
}

/** Whether a request is of the kind that a move is about. */
export function concerns({ parameter }: Move, { body: { outline } }: ForwardRequest): boolean {
  if (parameter !== "tools") return true;
  return arrayOf(outline["tools"]).length > 0 && outline["reasoning_effort"] !== "none";
}
