import type { JsonObject } from "../../model/json.ts";
import { arrayOf, isArray, isObject, numberOf, objectOf, stringOf } from "../json/read.ts";
import type { ErrorReport } from "./report.ts";
import { complaintsIn, reportOf, reportWith, saysSomething, statusIn, textOf } from "./report.ts";

/** One of the forms that errors come in. */
export interface ErrorShape {
  readonly name: string;
  readonly read: (document: JsonObject) => ErrorReport | undefined;
  /**
   * Whether a document of this form says by itself that something failed. Otherwise it is an error only
   * where a status says so too: a good reply may have a `message` or a `detail`.
   */
  readonly speaksForItself: (document: JsonObject) => boolean;
}

/** Fields that good replies and stream chunks have and errors do not. */
const ANSWER_FIELDS = ["choices", "data", "output", "embeddings", "embedding", "result", "results", "models"];
const FAILED = new Set(["failure", "failed", "fail", "error"]);
const FINE_CODES = new Set<unknown>([undefined, null, "", 0, "0", 200, "200", "ok", "OK", "success"]);

/** Every form seen, in the order of trial: the first that fits counts. */
export const ERROR_SHAPES: readonly ErrorShape[] = [
  { name: "an error object", read: errorObject, speaksForItself: always },
  { name: "an error text", read: errorText, speaksForItself: always },
  { name: 'a flat object:"error"', read: flatErrorObject, speaksForItself: always },
  { name: 'a flat type:"error"', read: flatErrorType, speaksForItself: always },
  { name: "a flat message", read: flatMessage, speaksForItself: isNoAnswerAndHasCode },
  { name: "problem details", read: problemDetails, speaksForItself: isNoAnswerAndHasCode },
  { name: "detail", read: detail, speaksForItself: never },
  { name: "a list of errors", read: listOfErrors, speaksForItself: isNoAnswer },
  { name: "base_resp", read: baseResp, speaksForItself: always },
  { name: "error_type and error_message", read: errorTypeAndMessage, speaksForItself: isNoAnswer },
  { name: 'status:"failure"', read: failureStatus, speaksForItself: isNoAnswer },
  { name: "success:false", read: notSuccess, speaksForItself: always },
  { name: "an error on a choice", read: errorOnChoice, speaksForItself: always },
];

function errorObject(document: JsonObject): ErrorReport | undefined {
  const error = isArray(document["error"]) ? document["error"].find(isObject) : objectOf(document["error"]);
  if (error === undefined || !saysSomething(error)) return undefined;
  const inner = objectOf(error["error"]);
  // A proxy that wrapped the error it was given.
  if (inner !== undefined && textOf(error["message"]) === undefined) return reportOf(inner, error);
  return reportOf(error, document);
}

/** vLLM's 401, Ollama, TGI, xAI; NestJS and others put the status's name there, beside a message. */
function errorText(document: JsonObject): ErrorReport | undefined {
  if (typeof document["error"] !== "string" && !isArray(document["error"])) return undefined;
  const { error, ...around } = document;
  const text = textOf(error);
  if (text === undefined) return undefined;
  const report = reportOf(around);
  return report.message === undefined
    ? { ...report, message: text, facts: document }
    : { ...report, type: report.type ?? text, facts: document };
}

function flatErrorObject(document: JsonObject): ErrorReport | undefined {
  return document["object"] === "error" ? reportOf(document) : undefined;
}

function flatErrorType(document: JsonObject): ErrorReport | undefined {
  if (document["type"] !== "error") return undefined;
  const { type: _generic, ...rest } = document;
  return { ...reportOf(rest), facts: document };
}

/** OpenRouter names the failure of one choice on that choice. */
function errorOnChoice(document: JsonObject): ErrorReport | undefined {
  for (const choice of arrayOf(document["choices"])) {
    const error = isObject(choice) ? objectOf(choice["error"]) : undefined;
    if (error !== undefined && saysSomething(error)) return reportOf(error, document);
  }
  return undefined;
}

/** MiniMax, with status 200. */
function baseResp(document: JsonObject): ErrorReport | undefined {
  const reply = objectOf(document["base_resp"]);
  const code = numberOf(reply?.["status_code"]) ?? 0;
  if (reply === undefined || code === 0) return undefined;
  return reportWith({ message: stringOf(reply["status_msg"]), code, miniMaxCode: code, facts: document });
}

function notSuccess(document: JsonObject): ErrorReport | undefined {
  if (document["success"] !== false) return undefined;
  const report = reportOf(document);
  if (report.message !== undefined) return report;
  return listOfErrors(document) ?? { ...report, message: textOf(document["data"]) };
}

/** Venice. */
function errorTypeAndMessage(document: JsonObject): ErrorReport | undefined {
  return stringOf(document["error_message"]) === undefined ? undefined : reportOf(document);
}

function failureStatus(document: JsonObject): ErrorReport | undefined {
  const status = stringOf(document["status"])?.toLowerCase() ?? "";
  if (!FAILED.has(status)) return undefined;
  const { status: _word, ...rest } = document;
  const report = reportOf(rest);
  return report.message === undefined ? undefined : { ...report, facts: document };
}

/** Cerebras, mistral.rs, Cohere, Bedrock, DashScope. */
function flatMessage(document: JsonObject): ErrorReport | undefined {
  const { detail: _later, ...rest } = document;
  const report = reportOf(rest);
  return report.message === undefined ? undefined : report;
}

/** RFC 9457. Its `type` is a URL that names the kind of problem. */
function problemDetails(document: JsonObject): ErrorReport | undefined {
  const title = stringOf(document["title"]);
  if (title === undefined || title === "") return undefined;
  const explained = stringOf(document["detail"]);
  const complaints = complaintsIn(document["errors"]);
  const message = [title, explained ?? complaints?.message].filter((part) => part !== undefined).join(": ");
  return { ...reportOf(document), message, param: complaints?.param };
}

/** FastAPI: a text, a list of complaints, or whatever object the program raised. */
function detail(document: JsonObject): ErrorReport | undefined {
  const raised = objectOf(document["detail"]);
  if (raised !== undefined) return errorObject(raised) ?? errorText(raised) ?? flatMessage(raised);
  const report = reportOf(document);
  return report.message === undefined ? undefined : report;
}

function listOfErrors(document: JsonObject): ErrorReport | undefined {
  const [first] = arrayOf(document["errors"]);
  if (isObject(first)) return errorObject(first) ?? reportOf(first, document);
  const message = textOf(document["errors"]);
  return message === undefined ? undefined : { ...reportOf(document), message };
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}

function isNoAnswer(document: JsonObject): boolean {
  return ANSWER_FIELDS.every((name) => document[name] === undefined || document[name] === null);
}

function isNoAnswerAndHasCode(document: JsonObject): boolean {
  return isNoAnswer(document) && (!FINE_CODES.has(document["code"]) || statusIn(document) !== undefined);
}
