import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { someConversation } from "./any-conversation.ts";
import { CHAT_PROFILES, chatServer } from "./chat-servers.ts";
import type { Pair } from "./dialect.ts";
import { CLIENTS, PAIRS } from "./dialects.ts";
import { outlineOf } from "./outline.ts";
import { written } from "./request-verdicts.ts";
import { readRequest, translatedRequest } from "./translate.ts";

/** Sends random conversations, and reads them as the server would. */
function keepsAll({ client, server }: Pair, numRuns: number): void {
  fc.assert(
    fc.property(someConversation, (conversation) => {
      const body = written(client, conversation);
      const asked = readRequest(client, body);
      if ("kind" in asked) throw new RangeError(asked.message);
      expect(outlineOf(asked.request)).toEqual(outlineOf({ model: "", ...conversation }));
      const sent = translatedRequest(client, server, body);
      expect(sent.refusal).toBeUndefined();
      const read = server.readRequest(sent.body);
      if ("kind" in read) throw new RangeError(read.message);
      expect(outlineOf(read)).toEqual(outlineOf(asked.request));
    }),
    { numRuns },
  );
}

describe("a request keeps every text, call and result, their order and what belongs together", () => {
  test.each(PAIRS)("from $client.name to $server.name", (pair) => {
    keepsAll(pair, 40);
  });

  test.each(CHAT_PROFILES)("from every other dialect to %s", (profile) => {
    for (const client of CLIENTS.slice(1)) keepsAll({ client, server: chatServer(profile) }, 10);
  });
});
