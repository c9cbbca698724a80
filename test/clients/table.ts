import { type Result, spoken } from "./result.ts";
import { UPSTREAMS } from "./upstream/dialect.ts";

/** The results as Markdown: a row for each client and wire, a column for each upstream, and what the faults came to. */
export function tableOf(results: readonly Result[]): string {
  const rows = Map.groupBy(results, (result) => `| ${result.client} ${result.version} | ${spoken(result)} |`);
  return [
    `| client | speaks | ${UPSTREAMS.join(" | ")} | faults survived |`,
    `|---|---|${UPSTREAMS.map(() => "---|").join("")}---|`,
    ...[...rows].map(
      ([head, found]) => `${head} ${UPSTREAMS.map((id) => cell(found, id)).join(" | ")} | ${faults(found)} |`,
    ),
  ].join("\n");
}

function cell(results: readonly Result[], upstream: string): string {
  const found = results.find((result) => result.upstream === upstream && result.fault === undefined);
  if (found === undefined) return "not run";
  return found.problems.length === 0 ? "yes" : "**no**";
}

function faults(results: readonly Result[]): string {
  const tried = results.filter(({ fault }) => fault !== undefined);
  if (tried.length === 0) return "";
  const failed = tried.filter(({ problems }) => problems.length > 0);
  const names = failed.map(({ upstream, fault }) => `${upstream}: ${fault}`);
  return `${tried.length - failed.length} of ${tried.length}${names.length > 0 ? ` (not: ${names.join("; ")})` : ""}`;
}
