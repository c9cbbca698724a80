import { describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { ServerOutput } from "./server-output.ts";

function listening(secrets: readonly string[] = []) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const output = new ServerOutput({
    server: "desk",
    clock,
    secrets,
    onLine: ({ server, stream, text }) => lines.push(`${server} ${stream} ${text}`),
  });
  return { clock, lines, output };
}

describe("what a server prints", () => {
  test("is told line by line, however it is cut", () => {
    const { lines, output } = listening();
    output.push("stdout", "one\ntw");
    output.push("stderr", "oops\r\n");
    output.push("stdout", "o\n\n  three");
    expect(lines).toEqual(["desk stdout one", "desk stderr oops", "desk stdout two"]);
    output.end();
    expect(lines.at(-1)).toBe("desk stdout   three");
  });

  test("has each state of a progress bar as a line, and no colours", () => {
    const { lines, output } = listening();
    output.push("stderr", "\u001b[32mload 1%\u001b[0m\rload 2%\r\n\u001b]0;title\u0007done\n");
    expect(lines).toEqual(["desk stderr load 1%", "desk stderr load 2%", "desk stderr done"]);
  });

  test("is told without the credentials, also where they come in pieces", () => {
    const { lines, output } = listening(["sk-secret"]);
    output.push("stdout", "key: sk-se");
    output.push("stdout", "cret!\n");
    expect(lines).toEqual(["desk stdout key: [redacted]!"]);
  });

  test("is cut where a line does not end", () => {
    const { lines, output } = listening();
    for (let piece = 0; piece < 100; piece += 1) output.push("stdout", "x".repeat(1000));
    output.push("stdout", "\nnext\n");
    expect(lines).toEqual([`desk stdout ${"x".repeat(2000)}…`, "desk stdout next"]);
  });

  test("is told up to a rate; what was left out is counted", () => {
    const { clock, lines, output } = listening();
    output.push("stdout", "a\n".repeat(1003));
    expect(lines.length).toBe(1000);
    clock.advance(100);
    output.push("stdout", "b\n");
    expect(lines.slice(1000)).toEqual(["desk stderr … 3 lines left out", "desk stdout b"]);
    output.push("stdout", "c\n".repeat(5));
    output.end();
    expect(lines.at(-1)).toBe("desk stderr … 1 line left out");
  });
});

describe("the last words of a server", () => {
  test("are the last twenty lines of its errors", () => {
    const { output } = listening();
    output.push("stderr", Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(""));
    output.push("stdout", "something else\n");
    expect(output.tail()).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 10}`));
  });

  test("are what it printed elsewhere, where it has no errors", () => {
    const { output } = listening();
    output.push("stdout", "CUDA out of memory\n");
    expect(output.tail()).toEqual(["CUDA out of memory"]);
  });

  test("are 4 KB at most", () => {
    const { output } = listening();
    output.push("stderr", `${"é".repeat(1500)}\n`.repeat(3));
    expect(Buffer.byteLength(output.tail().join("\n"))).toBeLessThanOrEqual(4096);
    output.push("stderr", `${"€".repeat(3000)}\n`);
    expect(output.tail().length).toBe(1);
    expect(Buffer.byteLength(output.tail().join("\n"))).toBeLessThanOrEqual(4096);
  });

  test("hold all that was said when few lines are told", () => {
    const { output } = listening();
    output.push("stderr", "noise\n".repeat(5000));
    output.push("stderr", "the reason\n");
    expect(output.tail().at(-1)).toBe("the reason");
  });

  test("are those of the latest process", () => {
    const { output } = listening();
    output.push("stderr", "old\n");
    output.begin();
    expect(output.tail()).toEqual([]);
  });
});
