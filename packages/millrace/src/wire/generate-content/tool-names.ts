const VALID = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/u;
const LENGTH_MAX = 128;

/** The names of tools as the dialect takes them, and back. The same offer always gives the same names. */
export class ToolNames {
  readonly #sent = new Map<string, string>();
  readonly #own = new Map<string, string>();

  constructor(offered: readonly string[]) {
    // Names that are fine keep themselves, whoever comes first.
    for (const name of offered) if (VALID.test(name)) this.#take(name, name);
    for (const name of offered) if (!this.#sent.has(name)) this.#take(name, this.#free(validName(name)));
  }

  /** What a tool is called on the wire. */
  sent(name: string): string {
    return this.#sent.get(name) ?? (VALID.test(name) ? name : validName(name));
  }

  /** What the one who offered it calls a tool. */
  own(sent: string): string {
    return this.#own.get(sent) ?? sent;
  }

  #take(name: string, sent: string): void {
    this.#sent.set(name, sent);
    this.#own.set(sent, name);
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#own.has(name); count += 1) {
      const ending = `_${count}`;
      name = wanted.slice(0, LENGTH_MAX - ending.length) + ending;
    }
    return name;
  }
}

function validName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.:-]/gu, "_");
  return (/^[A-Za-z_]/u.test(plain) ? plain : `_${plain}`).slice(0, LENGTH_MAX);
}
