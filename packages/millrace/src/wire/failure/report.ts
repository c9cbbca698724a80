import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { JsonField } from "../json/read.ts";
import { isArray, isObject, objectOf } from "../json/read.ts";
import { isErrorStatus } from "./statuses.ts";

/** What an error document says, lifted out of whatever shape it came in, otherwise untouched. */
export interface ErrorReport {
  readonly message: string | undefined;
  readonly code: string | number | undefined;
  readonly type: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;
  /** The HTTP status that the document itself names. */
  readonly status: number | undefined;
  /** Further words that may settle the kind. */
  readonly reasons: readonly string[];
  /** The object that held it, for facts that only some servers give. */
  readonly facts: JsonObject;
  /** What the server says about the failure of a server behind it. */
  readonly nested: ErrorReport | undefined;
  /** The server behind it. */
  readonly nestedName: string | undefined;
  /** A MiniMax status code, whose numbers mean nothing elsewhere. */
  readonly miniMaxCode: number | undefined;
}

const NOTHING: ErrorReport = {
  message: undefined,
  code: undefined,
  type: undefined,
  param: undefined,
  requestId: undefined,
  status: undefined,
  reasons: [],
  facts: {},
  nested: undefined,
  nestedName: undefined,
  miniMaxCode: undefined,
};

/** The fields each thing has been seen in, most usual first. */
const MESSAGE = ["message", "msg", "error_message", "error_msg", "errorMessage", "error_description", "detail"];
const CODE = ["code", "error_code", "errorCode"];
const TYPE = ["type", "error_type", "errorType", "status", "__type"];
const PARAM = ["param", "parameter", "field"];
const REQUEST_ID = ["request_id", "requestId"];
const STATUS = ["http_status_code", "status_code", "statusCode", "status", "code", "error_code"];

/** How deep messages inside messages are followed. */
const MAX_DEPTH = 3;
/** How many complaints of a list are told. */
const MAX_COMPLAINTS = 5;

/** A report of what is given; the rest is unknown. */
export function reportWith(fields: Partial<ErrorReport>): ErrorReport {
  return { ...NOTHING, ...fields };
}

/** What the object says by its fields; where it is silent, what the object around it says. */
export function reportOf(object: JsonObject, around: JsonObject = {}): ErrorReport {
  const complaints = complaintsIn(object["detail"]) ?? complaintsIn(objectOf(object["message"])?.["detail"]);
  return reportWith({
    message: complaints?.message ?? textIn(object, MESSAGE),
    code: codeIn(object, CODE) ?? codeIn(around, CODE),
    type: wordIn(object, TYPE) ?? wordIn(around, ["error_type", "errorType"]),
    param: wordIn(object, PARAM) ?? complaints?.param ?? wordIn(around, PARAM),
    requestId: wordIn(object, REQUEST_ID) ?? wordIn(around, REQUEST_ID),
    status: statusIn(object) ?? statusIn(around),
    reasons: reasonsIn(object),
    facts: object,
  });
}

/** Whether it says anything at all: `{}`, `{"message":"","code":null}` and `{"code":0}` do not. */
export function saysSomething(object: JsonObject): boolean {
  return Object.values(object).some((value) => {
    if (value === undefined || value === null || value === "" || value === 0 || value === false) return false;
    if (isArray(value)) return value.length > 0;
    return !isObject(value) || Object.keys(value).length > 0;
  });
}

/** The words of a message in any form: text, a list of texts, an object that holds one. */
export function textOf(value: JsonField, depth = 0): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (depth >= MAX_DEPTH) return undefined;
  if (isArray(value)) {
    const texts = value.slice(0, MAX_COMPLAINTS).map((member) => textOf(member, depth + 1));
    const said = texts.filter((text) => text !== undefined);
    return said.length === 0 ? undefined : said.join("; ");
  }
  return isObject(value) ? textIn(value, [...MESSAGE, "error"], depth + 1) : undefined;
}

/**
 * A list as FastAPI gives it: `[{ loc: ["body", "messages", 0, "content"], msg: "Field required" }]`.
 * The path of the first complaint is the parameter at fault.
 */
export function complaintsIn(
  value: JsonField,
): { readonly message: string; readonly param: string | undefined } | undefined {
  if (!isArray(value)) return undefined;
  const complaints = value.filter(isObject).flatMap((item) => {
    const message = textOf(item["msg"]) ?? textOf(item["message"]);
    return message === undefined ? [] : [{ message, path: pathOf(item["loc"]) }];
  });
  if (complaints.length === 0) return undefined;
  const told = complaints
    .slice(0, MAX_COMPLAINTS)
    .map(({ message, path }) => (path === undefined ? message : `${path}: ${message}`));
  return { message: told.join("; "), param: complaints[0]?.path };
}

/** `["body", "messages", 0, "content"]` as `messages[0].content`. */
function pathOf(loc: JsonField): string | undefined {
  if (!isArray(loc)) return undefined;
  const steps = loc[0] === "body" ? loc.slice(1) : loc;
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (typeof step === "string") path += path === "" ? step : `.${step}`;
  }
  return path === "" ? undefined : path;
}

function textIn(object: JsonObject, names: readonly string[], depth = 0): string | undefined {
  for (const name of names) {
    const text = textOf(object[name], depth);
    if (text !== undefined) return text;
  }
  return undefined;
}

function wordIn(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function codeIn(object: JsonObject, names: readonly string[]): string | number | undefined {
  for (const name of names) {
    const value = object[name];
    if ((typeof value === "string" && value !== "") || (typeof value === "number" && value !== 0)) return value;
  }
  return undefined;
}

/** The HTTP status that the object names, if it is one that says failure. */
export function statusIn(object: JsonObject): number | undefined {
  for (const name of STATUS) {
    const value = object[name];
    const status = typeof value === "string" && /^\d{3}$/u.test(value) ? Number(value) : value;
    if (typeof status === "number" && isErrorStatus(status)) return status;
  }
  return undefined;
}

/** Azure's inner code, and the reasons that Google gives beside its general status. */
function reasonsIn(object: JsonObject): readonly string[] {
  const inner = objectOf(object["innererror"]) ?? objectOf(object["inner_error"]);
  const details: readonly JsonValue[] = isArray(object["details"]) ? object["details"] : [];
  const reasons = [inner?.["code"], ...details.slice(0, MAX_COMPLAINTS).map((detail) => objectOf(detail)?.["reason"])];
  return reasons.filter((reason) => typeof reason === "string");
}
