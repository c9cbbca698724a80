// A vitest reporter: adds one line of JSON with the run's totals, and the name of everything that failed, to the file
// that MILLRACE_TEST_TOTALS names.
import { appendFileSync } from "node:fs";

export default class TestTotals {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandledErrors
   * @returns {void}
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env["MILLRACE_TEST_TOTALS"];
    if (!file) return;
    const totals = { passed: 0, failed: 0, skipped: 0 };
    /** @type {string[]} */
    const failures = [];
    /** @param {string} name  @param {readonly { message?: string }[] | undefined} errors */
    const fail = (name, errors) => failures.push(`${name}: ${errors?.[0]?.message?.split("\n")[0] ?? "no message"}`);
    // An error outside any test fails the run, so it counts: a file that does not load, a rejection nobody handles.
    for (const error of unhandledErrors) fail("outside any test", [error]);
    for (const module of modules) {
      for (const error of module.errors()) fail(module.relativeModuleId, [error]);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) fail(`${module.relativeModuleId} > ${suite.fullName}`, [error]);
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "failed") fail(`${module.relativeModuleId} > ${test.fullName}`, errors);
        else totals[state === "pending" ? "skipped" : state] += 1;
      }
    }
    totals.failed = failures.length;
    appendFileSync(file, `${JSON.stringify({ ...totals, failures })}\n`);
  }
}
