import { describe, expect, test } from "vitest";
import { sessionKeyOf } from "./session-key.ts";
import { RecordingClient } from "./testing/recording-client.ts";

describe("what ties a conversation together", () => {
  test.each<[string, Record<string, string>, object, string | undefined]>([
    ["OpenCode's header", { "x-session-affinity": "s1", "session-id": "s2" }, { prompt_cache_key: "s3" }, "s1"],
    ["Claude Code's header", { "x-claude-code-session-id": "s1" }, {}, "s1"],
    ["Codex's header", { "thread-id": "s2", "session-id": "s1" }, {}, "s1"],
    ["Open WebUI's header", { "x-openwebui-chat-id": "s1" }, {}, "s1"],
    ["the cache key of the body", {}, { prompt_cache_key: "s1", metadata: { user_id: "s2" } }, "s1"],
    ["the user of the metadata", {}, { metadata: { user_id: "s1" } }, "s1"],
    ["nothing", {}, { metadata: "x", prompt_cache_key: 5 }, undefined],
    ["nothing in an empty header", { "session-id": "" }, {}, undefined],
  ])("%s", (_, headers, body, expected) => {
    expect(sessionKeyOf(new RecordingClient({ headers }).request, { ...body })).toBe(expected);
  });

  test("is bounded", () => {
    expect(
      sessionKeyOf(new RecordingClient({ headers: { "session-id": "x".repeat(9_000) } }).request, {}),
    ).toHaveLength(256);
  });
});
