import { describe, expect, test } from "vitest";
import type { Sighting } from "../../providers/discovery/local-look.ts";
import { Census } from "./census.ts";

const HERE = "127.0.0.1:8000";
const THERE = "127.0.0.1:30000";

type Met = Exclude<Sighting["met"], "server"> | { readonly profile: string };

function sighting(met: Met, address = HERE): Sighting {
  if (typeof met === "object") return { address, met: "server", profile: met.profile, answered: true };
  return { address, met, answered: met === "stranger" };
}

const namesIn = (census: Census): string[] => census.findings([HERE, THERE]).providers.map(({ name }) => name);

/** The names that are there after each of these looks at one address. */
function after(looks: readonly Met[]): string[] {
  const census = new Census();
  return looks.map((met) => {
    census.see([sighting(met)], true);
    return namesIn(census).join(" ");
  });
}

const vllm = { profile: "vllm" };
const sglang = { profile: "sglang" };

describe("a server", () => {
  test.each<[string, Met[], string[]]>([
    ["joins when it is met", ["absent", vllm], ["", "vllm"]],
    ["stays when one look does not meet it", [vllm, "absent", vllm, "absent"], ["vllm", "vllm", "vllm", "vllm"]],
    ["leaves after two looks in a row without it", [vllm, "absent", "absent"], ["vllm", "vllm", ""]],
    ["stays while it gives no clear answer", [vllm, "unclear", "unclear", "unclear"], ["vllm", "vllm", "vllm", "vllm"]],
    [
      "that is slow after a look without it is there",
      [vllm, "absent", "unclear", "absent"],
      ["vllm", "vllm", "vllm", "vllm"],
    ],
    ["does not join for being unclear", ["unclear", "unclear"], ["", ""]],
    ["leaves for what is no model server", [vllm, "stranger", "stranger"], ["vllm", "vllm", ""]],
    ["gives way to one of another kind", [vllm, sglang, sglang], ["vllm", "vllm", "sglang"]],
    ["has its name again when it comes back", [vllm, "absent", "absent", vllm], ["vllm", "vllm", "", "vllm"]],
  ])("%s", (_, looks, expected) => {
    expect(after(looks)).toEqual(expected);
  });

  test("does not leave for looks that do not count towards it", () => {
    const census = new Census();
    census.see([sighting(vllm)], false);
    for (let looks = 0; looks < 3; looks += 1) census.see([sighting("absent")], false);
    expect(namesIn(census)).toEqual(["vllm"]);
  });

  test("keeps its name whoever else of its kind comes and goes, and nobody else is given it", () => {
    const census = new Census();
    census.see([sighting(vllm, HERE), sighting(vllm, THERE)], true);
    expect(namesIn(census)).toEqual(["vllm", "vllm-2"]);
    for (let looks = 0; looks < 2; looks += 1) census.see([sighting("absent", HERE), sighting(vllm, THERE)], true);
    expect(namesIn(census)).toEqual(["vllm-2"]);
    census.see([sighting(vllm, HERE), sighting(vllm, THERE)], true);
    expect(namesIn(census)).toEqual(["vllm", "vllm-2"]);
  });
});

test("an address is told as unknown while something answers there that is no model server", () => {
  const census = new Census();
  census.see([sighting("stranger"), sighting("unclear", THERE)], true);
  expect(census.findings([HERE, THERE]).unknown).toEqual([HERE]);
  expect([census.isStranger(HERE), census.isStranger(THERE)]).toEqual([true, false]);
  census.see([sighting("absent")], true);
  expect(census.findings([HERE]).unknown).toEqual([]);
});
