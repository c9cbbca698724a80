import { failureOf } from "../../wire/failure/kinds.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { isObject } from "../../wire/json/read.ts";
import type { HeldResponseQuestion } from "../provider.ts";
import { urlOf } from "./settings.ts";
import type { CallContext, Upstream, UpstreamRequest } from "./upstream.ts";

type Action = HeldResponseQuestion["action"];

const METHODS: Readonly<Record<Action, UpstreamRequest["method"]>> = {
  read: "GET",
  "read-input": "GET",
  cancel: "POST",
  delete: "DELETE",
};

const BELOW: Readonly<Record<Action, string>> = {
  read: "",
  "read-input": "/input_items",
  cancel: "/cancel",
  delete: "",
};

/** Asks the server for a response that it keeps, or to do something with it. What it says is given as it is. */
export async function askForHeld(
  upstream: Upstream,
  { action, id, query }: HeldResponseQuestion,
  context: CallContext,
): Promise<string> {
  const { failures, settings } = upstream;
  const url = new URL(urlOf(settings, `/responses/${encodeURIComponent(id)}${BELOW[action]}`));
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  const reply = await upstream.call({ method: METHODS[action], url: url.href, stream: false }, context);
  const text = await reply.text({ maxBytes: settings.limits.replyBodyBytes });
  // A response that failed holds an error, and is no error.
  const parsed = parseJson(text, settings.limits.documentValueBytes);
  if (parsed.ok && !parsed.trailing && isObject(parsed.value)) return text;
  throw failures.error(failureOf("protocol", "The model server's reply is no response object"), {
    requestId: reply.requestId,
  });
}
