import { expect, test } from "vitest";
import { withPart } from "./page.ts";

const PAGE = "before\n<!-- cost -->\nold\n<!-- /cost -->\nafter\n";

test("what stands between the marks is replaced, and nothing else", () => {
  expect(withPart(PAGE, "cost", "new\n")).toBe("before\n<!-- cost -->\n\nnew\n\n<!-- /cost -->\nafter\n");
});

test("writing the same text again changes nothing", () => {
  const once = withPart(PAGE, "cost", "new");
  expect(withPart(once, "cost", "new")).toBe(once);
});

test("a page without the marks is not written over", () => {
  expect(() => withPart(PAGE, "footprint", "new")).toThrow("<!-- footprint -->");
});
