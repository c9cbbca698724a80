import type { Warning } from "../../model/warning.ts";

/** A bound on what is remembered (a count). */
const MAX_KINDS = 1024;

/** How wide the vectors of each model are: another width means that another model answered. */
export class VectorWidths {
  readonly #widths = new Map<string, number>();

  /** Remembers the first width of a kind of vectors, and warns of another one. */
  check(model: string, dimensions: number | undefined, width: number | undefined): readonly Warning[] {
    if (width === undefined) return [];
    const kind = `${model} ${dimensions ?? ""}`;
    const before = this.#widths.get(kind);
    if (before === width) return [];
    if (before !== undefined) {
      return [
        { code: "vector-width", message: `The vectors of ${model} have ${width} numbers; before, they had ${before}` },
      ];
    }
    if (this.#widths.size < MAX_KINDS) this.#widths.set(kind, width);
    return [];
  }
}
