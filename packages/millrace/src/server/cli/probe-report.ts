import { profileOf } from "../../providers/profiles/catalog.ts";
import type { FoundModel, ProbeReport, Spending } from "../../providers/probe/finding.ts";
import { misfits } from "../../providers/probe/fit.ts";
import { table } from "./output.ts";

/** How many models are listed for people; programs get all. */
const LISTED_MAX = 20;

/** A report for people. */
export function reportText(report: ProbeReport): string {
  const blocks = [
    headText(report),
    modelsText(report.models),
    table(report.findings.map(({ name, verdict, summary }) => [name, verdict, summary])),
    departuresText(report),
    misfitsText(report),
    spendingText(report),
  ];
  return visible(blocks.filter((block) => block !== "").join("\n\n"));
}

/** Names and versions come from a peer: nothing in them may steer a terminal. */
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, "");
}

function headText({ identity, baseUrl, forms, auth }: ProbeReport): string {
  const { kind, version, profile } = identity;
  const both = forms.withVersion && forms.withoutVersion ? ", and without /v1" : "";
  const sent = auth.sent ? ", one was sent" : "";
  return table([
    ["server", version === undefined ? kind : `${kind}, version ${version}`],
    ["profile", profile],
    ["base URL", baseUrl + both],
    ["key", `${KEY_WORDS[auth.needed]}${sent}`],
  ]);
}

const KEY_WORDS = { yes: "needed", no: "not needed", partly: "needed at times", unknown: "unknown" } as const;

function modelsText(models: readonly FoundModel[]): string {
  if (models.length === 0) return "";
  const rows = models
    .slice(0, LISTED_MAX)
    .map(({ id, state, contextLength, contextLengthFrom }) => [
      id,
      state,
      contextLength === undefined ? "-" : `${contextLength} (${contextLengthFrom})`,
    ]);
  const more = models.length > LISTED_MAX ? `\n… and ${models.length - LISTED_MAX} more` : "";
  return table([["MODEL", "STATE", "CONTEXT"], ...rows]) + more;
}

function departuresText({ findings }: ProbeReport): string {
  const lines = findings.flatMap(({ name, departures }) =>
    departures.map(({ what, means }) => `- ${name}: ${what}\n  → ${means}`),
  );
  return lines.length === 0 ? "" : ["Differs from the standard:", ...lines].join("\n");
}

function misfitsText(report: ProbeReport): string {
  const lines = misfitsOf(report).map((words) => `- ${words}`);
  return lines.length === 0 ? "" : [`Does not fit the profile ${report.identity.profile}:`, ...lines].join("\n");
}

export function misfitsOf(report: ProbeReport): readonly string[] {
  const profile = profileOf(report.identity.profile);
  return profile === undefined ? [] : misfits(profile, report);
}

function spendingText({ spending, asked }: ProbeReport): string {
  const { model, embeddingsModel } = asked;
  const models = [...new Set([model, embeddingsModel])].filter((name) => name !== undefined).join(" and ");
  const about = models === "" ? "" : ` of ${models}`;
  return `${counted(spending.requests, "request")}${about}; ${tokensText(spending)}.`;
}

function tokensText({ promptTokens, completionTokens, untold }: Spending): string {
  const total = promptTokens + completionTokens;
  if (total === 0) return untold === 0 ? "no tokens" : "the server did not tell what they cost";
  const tokens = `${counted(total, "token")} (${promptTokens} read, ${completionTokens} made)`;
  return untold === 0 ? tokens : `at least ${tokens}: ${counted(untold, "answer")} did not tell`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** A report for programs. */
export function reportData(report: ProbeReport): object {
  const { identity, forms, auth, models, asked, findings, spending, problem } = report;
  return {
    url: report.url,
    base_url: report.baseUrl,
    base_url_forms: { with_version: forms.withVersion, without_version: forms.withoutVersion },
    ...identity,
    key: { needed: auth.needed, sent: auth.sent },
    models: models.map(({ id, state, contextLength, contextLengthFrom }) => ({
      id,
      state,
      context_length: contextLength,
      context_length_from: contextLengthFrom,
    })),
    asked: { model: asked.model, embeddings_model: asked.embeddingsModel },
    features: Object.fromEntries(
      findings.map(({ name, verdict, summary, facts }) => [
        name.toLowerCase().replaceAll(" ", "_"),
        { verdict, summary, ...facts },
      ]),
    ),
    departures: findings.flatMap(({ name, departures }) =>
      departures.map((departure) => ({ feature: name, ...departure })),
    ),
    misfits: misfitsOf(report),
    spent: {
      requests: spending.requests,
      prompt_tokens: spending.promptTokens,
      completion_tokens: spending.completionTokens,
      answers_that_did_not_tell: spending.untold,
    },
    problem,
  };
}
