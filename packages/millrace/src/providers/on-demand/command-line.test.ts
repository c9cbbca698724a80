import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitCommandLine } from "./command-line.ts";

describe("a command line is split into words as a shell would", () => {
  test.each<[string, string, readonly string[]]>([
    ["at spaces", "llama-server  -m model.gguf", ["llama-server", "-m", "model.gguf"]],
    ["over several lines", "llama-server\n  -m x\n", ["llama-server", "-m", "x"]],
    ["with lines that go on", "llama-server \\\n  -m x \\\r\n -c 1", ["llama-server", "-m", "x", "-c", "1"]],
    ["not in single quotes", "a 'b \\ \"c' d", ["a", 'b \\ "c', "d"]],
    ["not in double quotes", `a "b 'c" d`, ["a", "b 'c", "d"]],
    ["with what is escaped in double quotes", String.raw`"a\"b\\c\$d\x"`, [String.raw`a"b\c$d\x`]],
    ["with what is escaped outside", String.raw`my\ model \"x\"`, ["my model", '"x"']],
    ["with words that are quoted in part", `--name="my model"'!'`, ["--name=my model!"]],
    ["with empty words", `a '' ""`, ["a", "", ""]],
    ["with JSON in braces", `a --kwargs '{"x":1}' {port}`, ["a", "--kwargs", '{"x":1}', "{port}"]],
    [
      "and nothing else: no variable, home or pattern",
      "a $HOME ~/x *.gguf #no",
      ["a", "$HOME", "~/x", "*.gguf", "#no"],
    ],
    ["with shell words that are quoted", `sh -c "a | b" ';'`, ["sh", "-c", "a | b", ";"]],
    ["with a quoted program that looks like a variable", "'A=b' c", ["A=b", "c"]],
  ])("%s", (_, text, words) => {
    expect(splitCommandLine(text)).toEqual(words);
  });

  test.each<[string, string, RegExp]>([
    ["nothing", " \n ", /empty/],
    ["a quote that is not closed", "a 'b c", /The quote ' at character 3 is not closed/],
    ["a backslash at the end", "a \\", /ends in a backslash/],
    ["a pipe", "a | b", /No shell reads the command, so "\|" has no meaning/],
    ["a redirection", "a > log", /write \[sh, -c/],
    ["a variable before the program", "CUDA_VISIBLE_DEVICES=0 a", /Put CUDA_VISIBLE_DEVICES under `env`/],
  ])("%s is refused with what to write instead", (_, text, message) => {
    expect(() => splitCommandLine(text)).toThrow(message);
  });

  test("whatever the words are, in single quotes they come out as they were", () => {
    const unit = fc.constantFrom("a", "=", " ", "\n", "\\", '"', "$", "|", "{", "é", "😀");
    const word = fc.string({ unit, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        expect(splitCommandLine(words.map((text) => `'${text}'`).join(" "))).toEqual(words);
      }),
    );
  });
});
