// A vitest reporter: adds one line of JSON with the run's totals to the file that MILLRACE_TEST_TOTALS names.
import { appendFileSync } from "node:fs";

export default class TestTotals {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   * @returns {void}
   */
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env["MILLRACE_TEST_TOTALS"];
    if (!file) return;
    // An error outside any test fails the run, so it counts: a file that does not load, a rejection nobody handles.
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        totals[state === "pending" ? "skipped" : state] += 1;
      }
    }
    appendFileSync(file, `${JSON.stringify(totals)}\n`);
  }
}
