import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import layers from "../scripts/layers.json" with { type: "json" };

const rules: Record<string, readonly string[]> = layers;

/** The rows of ARCHITECTURE.md's table: a folder, and what it may import, in backticks or "nothing". */
function documentedRules(): Record<string, string[]> {
  const text = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith("The folders\n")) ?? "";
  const rows = [...section.matchAll(/^\| *`([^`]+)` *\| *([^|]+?) *\|/gm)];
  return Object.fromEntries(rows.map(([, folder = "", may = ""]) => [folder.replace(/\/$/, ""), foldersIn(may)]));
}

function foldersIn(cell: string): string[] {
  if (cell === "nothing") return [];
  return cell.split(/, */).map((name) => /^`([^`]+?)\/?`$/.exec(name)?.[1] ?? `not in backticks: ${name}`);
}

function sorted(table: Record<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(table).map(([folder, may]) => [folder, may.toSorted()]));
}

describe("the folders of packages/millrace/src", () => {
  test("ARCHITECTURE.md shows the rules that the checker enforces", () => {
    expect(sorted(documentedRules())).toEqual(sorted(rules));
  });

  test("every folder has a rule, and no source lies outside the folders", () => {
    const src = new URL("../packages/millrace/src/", import.meta.url);
    const entries = readdirSync(src).filter((name) => !(name in rules));
    expect(entries).toEqual([]);
  });
});
