import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import {
  expandedBody,
  previousResponseId,
  referencedItems,
  resolvedBody,
  storedResponse,
  unknownResponse,
  wantsStored,
} from "./conversation-state.ts";

const output = [
  { type: "reasoning", id: "rs_1", summary: [] },
  { type: "function_call", id: "fc_1", call_id: "c", name: "f", arguments: "{}" },
];
const response = { id: "resp_1", object: "response", output };
const first = { model: "m", input: "hi", instructions: "Be brief." };

describe("a conversation that is named instead of repeated", () => {
  test("what is kept is all of it, the answer included", () => {
    expect(storedResponse(first, response)).toEqual({
      id: "resp_1",
      items: [{ type: "message", role: "user", content: "hi" }, ...output],
      response,
    });
  });

  test("comes before the new input, which may be a text", () => {
    const stored = storedResponse(first, response);
    const result = { type: "function_call_output", call_id: "c", output: "1" };
    const next = { model: "m", previous_response_id: "resp_1", input: [result], temperature: 0 };
    expect(previousResponseId(next)).toBe("resp_1");
    expect(expandedBody(next, stored)).toEqual({ model: "m", temperature: 0, input: [...stored.items, result] });
    expect(expandedBody({ ...next, input: "so?" }, stored)["input"]).toEqual([
      ...stored.items,
      { type: "message", role: "user", content: "so?" },
    ]);
  });

  test("grows turn by turn, and instructions are not handed on", () => {
    const stored = storedResponse(first, response);
    const second = expandedBody({ model: "m", previous_response_id: "resp_1", input: "so?" }, stored);
    expect(second).not.toHaveProperty("instructions");
    expect(storedResponse(second, { ...response, id: "resp_2" }).items).toHaveLength(3 + 1 + 2);
  });

  test("nobody has it: the client is told in the words it knows", () => {
    expect(unknownResponse("resp_9")).toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
  });

  test("is kept unless the client says otherwise", () => {
    expect([{}, { store: true }, { store: null }, { store: false }].map(wantsStored)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("items that are named instead of repeated", () => {
  const body = {
    model: "m",
    input: [{ role: "user", content: "hi" }, { type: "item_reference", id: "rs_1" }, { id: "fc_1" }],
  };
  const find = (id: string): JsonObject | undefined => output.find((item) => item.id === id);

  test("are put in their places", () => {
    expect(referencedItems(body)).toEqual(["rs_1", "fc_1"]);
    expect(resolvedBody(body, find)).toEqual({ model: "m", input: [body.input[0], ...output] });
  });

  test("that nobody has are told, with the path to them", () => {
    expect(resolvedBody(body, () => undefined)).toMatchObject({ code: "item_not_found", param: "input[1].id" });
  });

  test("a body without any is the same object", () => {
    expect(resolvedBody(first, find)).toBe(first);
  });
});
