import type { Expectation } from "../upstream/dialect.ts";
import { FINAL_MARK } from "../upstream/script.ts";
import { SHELL_OUTPUT } from "../upstream/shell-tool.ts";
import type { AgentRun } from "./run-agent.ts";

/** A conversation takes two requests, and agents ask for titles and token counts beside it. */
const MOST_REQUESTS = 8;
/** What an agent may try while the answers stay broken; they try again inside of trying again. */
const MOST_REQUESTS_WHEN_BROKEN = 40;

const SAYS_SO = /\berror\b(?!"?:\s*(?:false|null))|\bfail(?:ed|ure)\b|interrupted|truncated|unavailable|cut short/i;

/** What is wrong with a run; nothing when all is well. */
export function problemsOf(run: AgentRun, expects: Expectation): string[] {
  const { result, requestLines } = run;
  const most = expects === "passes" ? MOST_REQUESTS : MOST_REQUESTS_WHEN_BROKEN;
  const missing = missingOf(run);
  return [
    ...(result.timedOut ? [`had not ended after ${Math.round(result.seconds)} s`] : []),
    ...(requestLines.length > most ? [`made ${requestLines.length} requests`] : []),
    ...(missing.length > 0 && expects === "passes" ? missing : []),
    ...(missing.length > 0 && expects === "ends" && !saysSo(run)
      ? ["ended without an answer and without an error"]
      : []),
  ];
}

function missingOf({ result, upstream }: AgentRun): string[] {
  const results = upstream.flatMap(({ toolResults }) => toolResults);
  const ran = results.some((text) => text.includes(SHELL_OUTPUT));
  return [
    ...(ran ? [] : [results.length > 0 ? `the tool gave ${JSON.stringify(results[0]?.slice(0, 200))}` : "no tool ran"]),
    ...(result.stdout.includes(FINAL_MARK) ? [] : ["the final text was not printed"]),
    ...(result.exitCode === 0 || result.timedOut ? [] : [`exit code ${result.exitCode}`]),
  ];
}

function saysSo({ result }: AgentRun): boolean {
  return result.exitCode !== 0 || SAYS_SO.test(result.stdout + result.stderr);
}
