import { expect, test } from "vitest";
import { FINAL_MARK } from "../upstream/script.ts";
import { SHELL_OUTPUT } from "../upstream/shell-tool.ts";
import { problemsOf } from "./judge.ts";
import type { AgentRun } from "./run-agent.ts";

interface Found {
  readonly exitCode?: number | null;
  readonly stdout?: string;
  readonly timedOut?: boolean;
  readonly requests?: number;
  readonly toolResult?: string;
}

/** A run in which all went well, but for what is said. */
function run(found: Found = {}): AgentRun {
  const { exitCode = 0, stdout = `It said so. ${FINAL_MARK}`, timedOut = false, requests = 2 } = found;
  const toolResults = found.toolResult === "" ? [] : [found.toolResult ?? SHELL_OUTPUT];
  const turn = { method: "POST", path: "/", headerNames: [], body: {}, isMain: true, opaqueReasoning: [], status: 200 };
  return {
    result: { exitCode, stdout, stderr: "", timedOut, seconds: 60, leftBehind: [] },
    upstream: [{ ...turn, toolResults }],
    requestLines: Array.from({ length: requests }, () => "POST / HTTP/1.1"),
    transcript: "",
    gatewayOutput: "",
  };
}

test("a tool that ran, a last word and a good end are no problem", () => {
  expect(problemsOf(run(), "passes")).toEqual([]);
  expect(problemsOf(run(), "ends")).toEqual([]);
});

test.each<[string, Found, string]>([
  ["a client that does not end", { exitCode: null, timedOut: true }, "had not ended after 60 s"],
  ["a client that loops", { requests: 9 }, "made 9 requests"],
  ["a tool that did not run", { toolResult: "" }, "no tool ran"],
  ["a tool that ran something else", { toolResult: "not found" }, 'the tool gave "not found"'],
  ["an answer that does not arrive", { stdout: "Done." }, "the final text was not printed"],
  ["a bad end after a good answer", { exitCode: 1 }, "exit code 1"],
])("%s has failed", (_, found, problem) => {
  expect(problemsOf(run(found), "passes")).toEqual([problem]);
});

test.each<[string, Found, readonly string[]]>([
  ["an exit code says enough", { exitCode: 1, stdout: "" }, []],
  ["a printed error too", { stdout: "Error: the model fell over" }, []],
  ["nothing printed is an empty success", { stdout: "" }, ["ended without an answer and without an error"]],
  [
    "a field that says there was no error is none",
    { stdout: '{"error": null, "is_error":false,"result":""}' },
    ["ended without an answer and without an error"],
  ],
  ["trying again has a bound", { exitCode: 1, requests: 41 }, ["made 41 requests"]],
])("where the answers stay broken, %s", (_, found, problems) => {
  expect(problemsOf(run(found), "ends")).toEqual(problems);
});
