import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PAIRS } from "./dialects.ts";
import { dialectMatrix } from "./matrix.ts";
import { REPLY_FEATURES } from "./reply-features.ts";
import { replyVerdict } from "./reply-verdicts.ts";
import { REQUEST_FEATURES } from "./request-features.ts";
import { requestVerdict } from "./request-verdicts.ts";

test("the page is what the codecs do (npx node scripts/dialect-matrix.ts writes it)", () => {
  expect(readFileSync(new URL("../../docs/dialects.md", import.meta.url), "utf8")).toBe(dialectMatrix());
});

describe.each(PAIRS)("between $client.name and $server.name", ({ client, server }) => {
  test("nothing is lost without a word", () => {
    const asked = REQUEST_FEATURES.filter((feature) => requestVerdict(client, server, feature) === "lost");
    const answered = REPLY_FEATURES.filter((feature) => replyVerdict(client, server, feature) === "lost");
    expect([...asked, ...answered].map(({ name }) => name)).toEqual([]);
  });
});

test.each(PAIRS.filter(({ client, server }) => client.name === server.name))(
  "all that $client.name can say passes to $server.name, and back, as it is",
  ({ client, server }) => {
    const asked = REQUEST_FEATURES.map(({ name, ...feature }) => [
      name,
      requestVerdict(client, server, { name, ...feature }),
    ]);
    const answered = REPLY_FEATURES.map((feature) => [feature.name, replyVerdict(client, server, feature)]);
    const changed = [...asked, ...answered].filter(([, verdict]) => verdict !== "exact" && verdict !== "none");
    // What was carried for another server in this dialect's own field is taken out again.
    expect(changed.filter(([name]) => name !== "opaque reasoning of another server")).toEqual([]);
  },
);
