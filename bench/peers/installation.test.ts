import { describe, expect, it } from "vitest";
import { reasonIn } from "./installation.ts";

const OUTPUTS: readonly { says: string; printed: string; reason: string }[] = [
  {
    says: "go, whose registry refuses a module",
    printed:
      "go: downloading example.com/gateway v1.2.3\n" +
      "example.com/gateway@v1.2.3: reading https://registry.test:8080/example.com/gateway/@v/v1.2.3.zip: 403 Forbidden\n" +
      "\tserver response: not available\n",
    reason: "example.com/gateway@v1.2.3: reading the registry: 403 Forbidden",
  },
  {
    says: "pip, which first says what it passed over",
    printed:
      "Collecting gateway==9\nERROR: Ignored the following versions that require a different python version: 1.0\n" +
      "ERROR: Could not find a version that satisfies the requirement gateway==9 (from versions: 1.1, 1.2)\n",
    reason: "ERROR: Could not find a version that satisfies the requirement gateway==9",
  },
  {
    says: "npm, whose first line is a code",
    printed: "npm error code E404\nnpm error 404 Not Found - GET https://registry.test/gateway - Not found\n",
    reason: "npm error 404 Not Found - GET the registry - Not found",
  },
  {
    says: "an installer of another kind",
    printed: "looking around\nthe disk is full\n",
    reason: "the disk is full",
  },
];

describe("the reason why an installation failed", () => {
  for (const { says, printed, reason } of OUTPUTS) {
    it(`is found in what is printed by ${says}`, () => {
      expect(reasonIn(printed)).toBe(reason);
    });
  }

  it("is none where nothing was printed", () => {
    expect(reasonIn("\n")).toBeUndefined();
  });
});
