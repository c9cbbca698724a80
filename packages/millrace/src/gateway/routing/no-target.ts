import type { Failure, FailureKind } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";
import type { CatalogView } from "../catalog.ts";
import { comeBackAfter } from "../come-back.ts";
import { targetName } from "../exchange.ts";
import { covers } from "../name-pattern.ts";
import type { Plan, Target } from "../plan.ts";
import { modelNames } from "./model-names.ts";
import type { Excluded, RouteQuestion } from "./question.ts";

/** Names in an error message; an error is no catalogue. */
const NAMES_MAX = 10;

export function unknownModel({ model, visibleModels }: RouteQuestion, plan: Plan, catalog: CatalogView): Failure {
  const names = modelNames(plan, catalog).filter((name) => covers(visibleModels, name));
  const unheard = catalog.listings
    .filter((listing) => listing.failure !== undefined)
    .map((listing) => listing.provider);
  const sentences = [`There is no model ${model}.`];
  if (names.length > 0) sentences.push(`There is ${listed(names)}.`);
  if (unheard.length > 0) sentences.push(`These providers could not be asked: ${listed(unheard)}.`);
  return failureOf("model_not_found", sentences.join(" "), {
    fault: "client",
    code: "model_not_found",
    status: 404,
    param: "model",
    retry: "never",
  });
}

export function ambiguousModel(model: string, owners: readonly Target[]): Failure {
  const names = owners.map(targetName);
  return failureOf("bad_request", `Several providers have the model ${model}. Name one: ${listed(names)}.`, {
    fault: "client",
    code: "model_ambiguous",
    status: 400,
    param: "model",
    retry: "never",
    details: { candidates: names },
  });
}

/** Why none of a name's targets is asked: some may be later, or the request itself leaves none, or none can at all. */
export function noCandidate(question: RouteQuestion, excluded: readonly Excluded[], nowMs: number): Failure {
  if (excluded.some((target) => target.untilMs !== undefined)) return notAvailable(question, excluded, nowMs);
  const { operation } = question;
  const mayAny = excluded.some(({ provider }) => provider.operations.includes(operation));
  return mayAny ? notAllowed(question, excluded) : notOffered(question, excluded);
}

function notOffered({ model }: RouteQuestion, excluded: readonly Excluded[]): Failure {
  const message =
    excluded.length === 0
      ? `The model ${model} has no targets.`
      : `No target of ${model} can answer: ${listed(
          excluded.map(({ reason }) => reason),
          "; ",
        )}.`;
  return failureOf("unsupported", message, {
    fault: "client",
    code: "operation_not_offered",
    status: 400,
    param: "model",
    retry: "never",
  });
}

function notAllowed({ model }: RouteQuestion, excluded: readonly Excluded[]): Failure {
  return failureOf("bad_request", `The request leaves no target of ${model}: ${reasons(excluded)}.`, {
    fault: "client",
    code: "no_target_allowed",
    status: 400,
    param: "millrace",
    retry: "never",
    details: { targets: excluded.slice(0, NAMES_MAX).map(detailOf) },
  });
}

function notAvailable({ model }: RouteQuestion, excluded: readonly Excluded[], nowMs: number): Failure {
  const soonest = Math.min(...excluded.map(({ untilMs }) => untilMs ?? Infinity)) - nowMs;
  const { kind, status } = inCommon(excluded);
  return failureOf(kind, `No target of ${model} can answer now: ${reasons(excluded)}.`, {
    code: kind === "overloaded" ? "no_target_available" : kind,
    status,
    retryAfterMs: Math.ceil(comeBackAfter(soonest)),
    details: {
      targets: excluded.slice(0, NAMES_MAX).map((target) => {
        const { untilMs } = target;
        const isFinite = untilMs !== undefined && Number.isFinite(untilMs);
        return { ...detailOf(target), ...(isFinite && { closed_for_ms: Math.ceil(untilMs - nowMs) }) };
      }),
    },
  });
}

/** What all of them are left alone for, where that tells the caller more than that nobody is there. */
function inCommon(excluded: readonly Excluded[]): { readonly kind: FailureKind; readonly status: number } {
  const areAll = (kind: FailureKind): boolean => excluded.every((target) => target.kind === kind);
  if (areAll("rate_limit")) return { kind: "rate_limit", status: 429 };
  return areAll("model_not_found") ? { kind: "model_not_found", status: 404 } : { kind: "overloaded", status: 503 };
}

function detailOf(target: Excluded): { readonly target: string; readonly reason: string } {
  return { target: targetName(target), reason: target.reason };
}

function reasons(excluded: readonly Excluded[]): string {
  return listed(
    excluded.map((target) => `${targetName(target)}: ${target.reason}`),
    "; ",
  );
}

function listed(names: readonly string[], separator = ", "): string {
  const shown = names.slice(0, NAMES_MAX).join(separator);
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown;
}
