/** A place in a configuration file. */
export interface Position {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** One mistake in a configuration file. */
export interface Problem extends Position {
  /** What is wrong, what was found and what was expected. Never holds a secret. */
  readonly message: string;
}

/** The file cannot be used. Lists every mistake in it, not only the first. */
export class ConfigFileError extends Error {
  override readonly name = "ConfigFileError";
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options: { readonly cause?: unknown } = {}) {
    super(
      problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"),
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.file = file;
    this.problems = problems;
  }
}
