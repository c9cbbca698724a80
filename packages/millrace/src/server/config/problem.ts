/** One mistake in a configuration file. */
export interface Problem {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, what was found and what was expected. Never holds a secret. */
  readonly message: string;
}

/** The file cannot be used. Lists every mistake in it, not only the first. */
export class ConfigFileError extends Error {
  override readonly name = "ConfigFileError";
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.file = file;
    this.problems = problems;
  }
}
