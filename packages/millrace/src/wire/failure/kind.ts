import type { FailureKind } from "../../model/failure.ts";
import { kindOfCode, kindOfMiniMaxCode, kindOfVagueCode } from "./codes.ts";
import { OVERFLOW_PATTERNS, SPEAKS_OF_RATE } from "./overflow-patterns.ts";
import { MESSAGE_PATTERNS } from "./patterns.ts";
import type { MessagePattern } from "./patterns.ts";
import type { ErrorReport } from "./report.ts";
import type { StatusMeaning } from "./statuses.ts";
import { decisiveMeaning, meaningOfStatus } from "./statuses.ts";

/** How much of a message is looked at: all that has ever mattered, and nothing that could cost time. */
const READ_HEAD = 4000;
const READ_TAIL = 1000;

/** Our own word for a request that came back to a gateway it had passed. */
export const LOOP = "loop";

/**
 * What a server behind the server says about its own account there is not about ours: that OpenRouter's
 * key was refused somewhere does not make our key wrong.
 */
const NOT_FROM_NESTED: ReadonlySet<FailureKind> = new Set(["auth", "permission", "quota"]);

/**
 * The kind of failure, by what speaks most clearly: codes that mean one thing, statuses that mean one
 * thing, the words of the message, codes that mean many things, the status.
 */
export function meaningOf(report: ErrorReport, status: number | undefined): StatusMeaning {
  const text = textToRead(report);
  return (
    loopIn(report, status) ??
    only(byCode(report)) ??
    (status === undefined ? undefined : decisiveMeaning(status)) ??
    only(byMessage(text, status)) ??
    only(byVagueCode(report, status)) ??
    (status === undefined ? { kind: "server" } : meaningOfStatus(status))
  );
}

/** The words that the kind is read from: the message, and what is quoted of a server behind. */
export function textToRead(report: ErrorReport): string {
  const texts = [report.message, report.nested?.message].filter((text) => text !== undefined);
  return texts.map((text) => ends(text.trim())).join("\n");
}

/** A gateway like this one saw its own mark: the way to the model leads back to it. Elsewhere 508 means other things. */
function loopIn({ code }: ErrorReport, status: number | undefined): StatusMeaning | undefined {
  if (code !== LOOP || (status !== undefined && status !== 508)) return undefined;
  return { kind: "protocol", code: LOOP, fault: "gateway" };
}

function byCode(report: ErrorReport): FailureKind | undefined {
  if (report.miniMaxCode !== undefined) {
    // 2013 is any invalid parameter, a prompt that is too long among them.
    return saysOverflow(report.message ?? "") ? "context_overflow" : kindOfMiniMaxCode(report.miniMaxCode);
  }
  const own = firstKind(words(report), kindOfCode);
  if (own !== undefined || report.nested === undefined) return own;
  const nested = firstKind(words(report.nested), kindOfCode);
  return nested === undefined || NOT_FROM_NESTED.has(nested) ? undefined : nested;
}

function byMessage(text: string, status: number | undefined): FailureKind | undefined {
  if (saysOverflow(text)) return "context_overflow";
  return MESSAGE_PATTERNS.find((wording) => appliesTo(wording, status) && wording.pattern.test(text))?.kind;
}

function appliesTo({ needsStatus, statuses }: MessagePattern, status: number | undefined): boolean {
  return status === undefined ? needsStatus !== true : (statuses?.includes(status) ?? true);
}

/** A clear status says more than a vague word; 500 does not, since servers also use it for bad requests. */
function byVagueCode(report: ErrorReport, status: number | undefined): FailureKind | undefined {
  return status === undefined || status === 500 ? firstKind(words(report), kindOfVagueCode) : undefined;
}

function saysOverflow(text: string): boolean {
  return !SPEAKS_OF_RATE.test(text) && OVERFLOW_PATTERNS.some(({ pattern }) => pattern.test(text));
}

function words({ code, reasons, type }: ErrorReport): readonly string[] {
  return [code, ...reasons, type].filter((word) => word !== undefined).map(String);
}

function firstKind(
  list: readonly string[],
  kindOf: (word: string) => FailureKind | undefined,
): FailureKind | undefined {
  for (const word of list) {
    const kind = kindOf(word);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function only(kind: FailureKind | undefined): StatusMeaning | undefined {
  return kind === undefined ? undefined : { kind };
}

function ends(text: string): string {
  return text.length <= READ_HEAD + READ_TAIL ? text : `${text.slice(0, READ_HEAD)}\n${text.slice(-READ_TAIL)}`;
}
