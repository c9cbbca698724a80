import { describe, expect, test } from "vitest";
import type { DecodedEvent } from "../../model/stream-event.ts";
import { objectOf } from "../json/read.ts";
import { begin, end, finish, last, names, of, piece, start } from "./testing/events.ts";
import { encode } from "./testing/wire.ts";

describe("tools under the client's names", () => {
  const asked = {
    tools: [
      { type: "namespace", name: "mcp__files", tools: [{ type: "function", name: "read" }] },
      { type: "custom", name: "exec" },
    ],
  };

  test("a function of a group", () => {
    const events = encode(
      [start, begin(0, "mcp__files__read"), end(0, "{}", false, "mcp__files__read"), ...finish()],
      asked,
    );
    for (const { item } of [...of(events, "output_item.added"), ...of(events, "output_item.done")]) {
      expect(item).toMatchObject({ type: "function_call", name: "read", namespace: "mcp__files" });
    }
  });

  test.each([
    ["one that only one group has", [], "mcp__files"],
    ["one of two groups, which nobody can tell apart", [{ type: "function", name: "read" }], undefined],
  ])("a function called without its group: %s", (_which, others, namespace) => {
    const tools = [...asked.tools, { type: "namespace", name: "mcp__disk", tools: others }];
    const events = encode([start, begin(0, "read"), end(0, "{}", false, "read"), ...finish()], { tools });
    const [{ item } = {}] = of(events, "output_item.done");
    expect(item).toMatchObject({ name: "read" });
    expect(objectOf(item)?.["namespace"]).toBe(namespace);
  });

  test("a function that stands for a tool of free text: its text comes when it is whole", () => {
    const args = '{"input":"ls -l"}';
    const events = encode(
      [
        start,
        begin(0, "exec"),
        piece(0, args.slice(0, 9)),
        piece(0, args.slice(9)),
        end(0, args, false, "exec"),
        ...finish(),
      ],
      asked,
    );
    expect(names(events).slice(2, -1)).toEqual([
      "output_item.added",
      "custom_tool_call_input.delta",
      "custom_tool_call_input.done",
      "output_item.done",
    ]);
    expect(last(events)["output"]).toEqual([
      {
        id: "ctc_req_1_0",
        type: "custom_tool_call",
        status: "completed",
        call_id: "call_0",
        name: "exec",
        input: "ls -l",
      },
    ]);
  });

  test("a tool of free text that the server knows as one comes as it is written", () => {
    const call = { id: "call_0", type: "custom", name: "exec", arguments: "ls -l" } as const;
    const ended: DecodedEvent = { type: "tool-call-end", choice: 0, index: 0, call };
    const events = encode(
      [start, begin(0, "exec", "custom"), piece(0, "ls"), piece(0, " -l"), ended, ...finish()],
      asked,
    );
    expect(of(events, "custom_tool_call_input.delta").map(({ delta }) => delta)).toEqual(["ls", " -l"]);
  });
});
