import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unwrapReasoning, wrapReasoning } from "./wrapped-reasoning.ts";

describe("opaque reasoning of another dialect, as one text", () => {
  test("comes back byte for byte", () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.string())), (details) => {
        const plain = JSON.parse(JSON.stringify(details)) as typeof details;
        expect(unwrapReasoning(wrapReasoning(plain))).toEqual(plain);
      }),
    );
  });

  test("is base64, which clients may look for", () => {
    expect(wrapReasoning([{ type: "reasoning.text", text: "ü", signature: "s" }])).toMatch(
      /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    );
  });

  test.each(["", "EqQBCkgIARABGAIiQL", "bWlsbHJhY2Uu", "bWlsbHJhY2Uu!!", "bWlsbHJhY2UubnVsbA=="])(
    "what a server gave itself is left alone: %j",
    (signature) => {
      expect(unwrapReasoning(signature)).toBeUndefined();
    },
  );
});
