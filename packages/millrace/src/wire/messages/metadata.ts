import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import { present } from "../failure/present.ts";
import { objectOf } from "../json/read.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import type { MessagesRules } from "./rules.ts";

/** The one thing that is told of who asks: `metadata`, where there is any. */
export function encodeMetadata(request: InferenceRequest, rules: MessagesRules, account: EncodingAccount): JsonObject {
  const own = objectOf(request.extra?.["metadata"]);
  const metadata = { ...own, ...present({ user_id: userIn(request, rules, account) }) };
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}

function userIn(
  { user, safetyIdentifier }: InferenceRequest,
  { personalUsers }: MessagesRules,
  account: EncodingAccount,
): string | undefined {
  const id = user ?? safetyIdentifier;
  if (id === undefined || personalUsers || !isPersonal(id)) return id;
  const field = user === undefined ? "safety_identifier" : "user";
  account.dropOnce(field, "the server refuses e-mail addresses and phone numbers");
  return undefined;
}

const EMAIL_ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/u;
const PHONE_NUMBER = /^\+?[\d\s().-]+$/u;

/** Digits alone are somebody's number in a database sooner than on the phone. */
function isPersonal(id: string): boolean {
  if (EMAIL_ADDRESS.test(id)) return true;
  const digits = id.replaceAll(/\D/gu, "").length;
  return PHONE_NUMBER.test(id) && digits >= 7 && digits <= 15 && digits < id.trim().length;
}
