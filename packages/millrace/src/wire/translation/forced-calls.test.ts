import { expect, test } from "vitest";
import type { InferenceRequest } from "../../model/request.ts";
import { EncodingAccount } from "./encoding-account.ts";
import { withoutForcedCall } from "./forced-calls.ts";

const TOOLS = [{ name: "f" }, { type: "custom", name: "g" }, { raw: { type: "web_search", name: "search" } }] as const;
const ASKED: InferenceRequest = { model: "m", messages: [], tools: TOOLS };

test.each<[InferenceRequest["toolChoice"] & {}, NonNullable<InferenceRequest["tools"]>, string]>([
  ["required", TOOLS, "auto"],
  [{ name: "f" }, [TOOLS[0]], "auto, without the other tools"],
  [{ name: "g" }, [TOOLS[1]], "auto, without the other tools"],
  [{ name: "search" }, [TOOLS[2]], "auto, without the other tools"],
  [{ name: "unheard" }, TOOLS, "auto"],
])("a call that was forced by %j is left to the model", (toolChoice, tools, to) => {
  const account = new EncodingAccount();
  expect(withoutForcedCall({ ...ASKED, toolChoice }, account)).toEqual({ ...ASKED, tools, toolChoice: "auto" });
  expect(account.changes).toMatchObject([{ field: "tool_choice", action: "replaced", to }]);
});

test.each<Partial<InferenceRequest>>([
  {},
  { toolChoice: "auto" },
  { toolChoice: "none" },
  { toolChoice: { raw: { type: "new" } } },
  { toolChoice: "required", tools: [] },
])("a request that forces none is the same: %j", (more) => {
  const account = new EncodingAccount();
  const request = { ...ASKED, ...more };
  expect(withoutForcedCall(request, account)).toBe(request);
  expect(account.changes).toEqual([]);
});
