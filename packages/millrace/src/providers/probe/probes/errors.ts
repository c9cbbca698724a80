import type { JsonObject } from "../../../model/json.ts";
import { ERROR_SHAPES } from "../../../wire/failure/shapes.ts";
import { isArray, objectOf, stringOf } from "../../../wire/json/read.ts";
import { judged, type Departure, type Judgement } from "../finding.ts";
import { inTurn, type Probe } from "../probe.ts";
import { chatQuestion, type Question, type Reply } from "../question.ts";
import { failureIn } from "../standing.ts";
import { UNASKED } from "./chat.ts";
import { limitedTo } from "./limits.ts";

/** A model that nobody has. */
const NO_MODEL = "millrace-probe-no-such-model";
const HI = [{ role: "user", content: "Hi" }];
const WRONG_PATH: Question = { method: "GET", path: "/millrace-probe-no-such-path", from: "base" };

/** What it says to a model it does not have, to a request that makes no sense, and to a path that is not there. */
export const errors: Probe = {
  name: "errors",
  ask: inTurn(({ model, heard }) => [
    chatQuestion({ model: NO_MODEL, messages: HI, ...limitedTo(1, heard) }),
    chatQuestion({ model, messages: "no list", ...limitedTo(1, heard) }),
    WRONG_PATH,
  ]),
  judge: (_subject, [noModel, nonsense, noPath]) =>
    noModel === undefined || nonsense === undefined || noPath === undefined
      ? UNASKED
      : judge(
          { unknown_model: errorOf(noModel), invalid_request: errorOf(nonsense), wrong_path: errorOf(noPath) },
          noModel,
        ),
};

/** One error as it came. */
interface ErrorForm extends JsonObject {
  readonly status: number | null;
  /** `none` where nothing was refused. */
  readonly shape: string;
  /** How it is understood. */
  readonly kind: string;
}

function judge(
  forms: Readonly<Record<"unknown_model" | "invalid_request" | "wrong_path", ErrorForm>>,
  noModel: Reply,
): Judgement {
  const { unknown_model: model, invalid_request: invalid, wrong_path: path } = forms;
  const isStandard = [model, invalid].every(({ shape }) => shape === STANDARD);
  const summary = `unknown model ${said(model)}, invalid request ${said(invalid)}, wrong path ${said(path)}`;
  const departures: (Departure | false)[] = [
    model.shape === "none" && {
      what: `an unknown model is accepted${answeredBy(noModel)}`,
      means: "a mistyped name is answered by another model",
    },
    model.shape !== "none" &&
      model.status !== 404 && {
        what: `an unknown model is refused with ${model.status ?? "no status"}`,
        means: "clients that look for 404 take it for another mistake",
      },
    invalid.shape === "none" && {
      what: "a request that makes no sense is accepted",
      means: "mistakes of a client go unnoticed",
    },
    (invalid.status ?? 0) >= 500 && {
      what: `a request that makes no sense is a server error (${invalid.status})`,
      means: "clients send it again, and again",
    },
    ...[...new Set([model, invalid].map(({ shape }) => shape))]
      .filter((shape) => shape !== STANDARD && shape !== "none")
      .map((shape) => ({ what: `errors come as ${shape}`, means: "clients that read error.message show none" })),
    path.shape === "none" && {
      what: "a wrong path is answered as if it were there",
      means: "a wrong base URL goes unnoticed",
    },
  ];
  return judged(isStandard ? "yes" : "partly", summary, { ...forms }, departures);
}

const STANDARD = "an error object";

function said({ status, shape }: ErrorForm): string {
  return shape === "none" ? `accepted (${status})` : String(status ?? "without a reply");
}

function errorOf(reply: Reply): ErrorForm {
  const failure = failureIn(reply);
  return {
    status: reply.status ?? null,
    shape: failure === undefined ? "none" : shapeOf(reply),
    kind: failure?.kind ?? "none",
  };
}

function shapeOf({ json, text }: Reply): string {
  if (text.trim() === "") return "an empty body";
  if (json === undefined) return text.trimStart().startsWith("<") ? "a web page" : "plain text";
  const document = objectOf(isArray(json) ? json[0] : json);
  const shape = document === undefined ? undefined : ERROR_SHAPES.find(({ read }) => read(document) !== undefined);
  return `${isArray(json) ? "a list with " : ""}${shape?.name ?? "JSON of an unknown form"}`;
}

function answeredBy({ json }: Reply): string {
  const model = stringOf(objectOf(json)?.["model"]);
  return model === undefined || model === NO_MODEL ? "" : ` and answered by ${model}`;
}
