import type { RequestBody } from "../providers/provider.ts";
import { withoutField } from "../wire/json/without-field.ts";
import { readDocument } from "./client-body.ts";

/** What a body says to the gateway itself. */
export const OWN_FIELD = "millrace";

/** What is said to the gateway is no upstream's business, and strict servers refuse what they do not know. */
export function withoutOwnField(body: RequestBody): RequestBody {
  if (body.outline[OWN_FIELD] === undefined) return body;
  const bytes = withoutField(body.bytes, OWN_FIELD);
  if (bytes !== undefined) return readDocument(bytes);
  const { [OWN_FIELD]: _own, ...rest } = body.json;
  return readDocument(TEXT.encode(JSON.stringify(rest)));
}

const TEXT = new TextEncoder();
