/** Words that mean something to a shell, which is not there. */
const SHELL_WORDS: ReadonlySet<string> = new Set(["|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1"]);
/** What a backslash takes its meaning from inside double quotes. */
const ESCAPABLE = '"\\$`';
const SPACE = /\s/u;

interface Word {
  readonly text: string;
  /** Some of it was quoted or escaped, so it is meant as text. */
  readonly quoted: boolean;
}

/**
 * Splits a command line into words as a shell would, and does nothing else that a shell does: `'…'` is text as it
 * stands, in `"…"` a backslash escapes a quote or itself, outside it escapes anything. Lines may be many.
 *
 * @example
 * splitCommandLine(`llama-server -m "my model.gguf" --port {port}`);
 * // ["llama-server", "-m", "my model.gguf", "--port", "{port}"]
 *
 * @throws {RangeError} saying what to write instead
 */
export function splitCommandLine(text: string): readonly string[] {
  const words = wordsOf(text);
  const [first] = words;
  if (first === undefined) throw new RangeError("The command is empty.");
  if (!first.quoted && /^[A-Za-z_]\w*=/u.test(first.text)) {
    const name = first.text.slice(0, first.text.indexOf("="));
    throw new RangeError(`A command begins with its program. Put ${name} under \`env\`.`);
  }
  const shell = words.find((word) => !word.quoted && SHELL_WORDS.has(word.text));
  if (shell === undefined) return words.map((word) => word.text);
  throw new RangeError(
    `No shell reads the command, so ${JSON.stringify(shell.text)} has no meaning in it. Quote it where it is an argument, or write [sh, -c, "…"].`,
  );
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const word = wordAt(text, at);
    // A line that goes on after its backslash is no word by itself.
    if (word.text !== "" || word.quoted) words.push(word);
    at = word.end;
  }
  return words;
}

function wordAt(text: string, start: number): Word & { readonly end: number } {
  let word = "";
  let quoted = false;
  let at = start;
  while (at < text.length && !SPACE.test(text.charAt(at))) {
    const piece = pieceAt(text, at);
    word += piece.text;
    quoted ||= piece.quoted;
    at = piece.end;
  }
  return { text: word, quoted, end: at };
}

/** A quoted stretch, an escaped character, or one as it stands. */
function pieceAt(text: string, at: number): Word & { readonly end: number } {
  const character = text.charAt(at);
  if (character === "'" || character === '"') return quotedAt(text, at, character);
  if (character !== "\\") return { text: character, quoted: false, end: at + 1 };
  const lineBreak = /^\\(?:\r\n|\n)/u.exec(text.slice(at, at + 3));
  if (lineBreak !== null) return { text: "", quoted: false, end: at + lineBreak[0].length };
  if (at + 1 === text.length) throw new RangeError("The command ends in a backslash, which has nothing to escape.");
  return { text: text.charAt(at + 1), quoted: true, end: at + 2 };
}

function quotedAt(text: string, start: number, quote: string): Word & { readonly end: number } {
  let inner = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return { text: inner, quoted: true, end: at + 1 };
    const escapes = quote === '"' && character === "\\" && ESCAPABLE.includes(text.charAt(at + 1) || " ");
    if (escapes) at += 1;
    inner += text.charAt(at);
  }
  throw new RangeError(`The quote ${quote} at character ${start + 1} is not closed.`);
}
