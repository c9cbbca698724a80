import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../docs/benchmarks.md", import.meta.url);

/** Puts a text into `docs/benchmarks.md`, in the place of what stands between its marks. */
export function putIntoPage(mark: string, text: string): void {
  writeFileSync(page, withPart(readFileSync(page, "utf8"), mark, text));
}

/** @throws where the page has lost its marks, `<!-- mark -->` and `<!-- /mark -->` */
export function withPart(before: string, mark: string, text: string): string {
  const [opening, closing] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [start, end] = [before.indexOf(opening), before.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`The page has no ${opening} … ${closing}`);
  return `${before.slice(0, start + opening.length)}\n\n${text.trim()}\n\n${before.slice(end)}`;
}
